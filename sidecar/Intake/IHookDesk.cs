using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>What answers behind the plugins' socket, in one role or the other.</summary>
internal interface IHookDesk
{
    /// <summary>Raised when <see cref="Terms"/> may have changed.</summary>
    event Action? TermsChanged;

    /// <summary>Whom it serves, for the log: "cluster savio".</summary>
    string Serves { get; }

    /// <summary>Why a peer of this uid is not served; null when it is.</summary>
    string? RefusalOf(uint uid);

    /// <summary>What a plugin is told when it connects.</summary>
    Welcome Terms(Hook hook);

    /// <summary>One reply per request; never throws.</summary>
    Reply Answer(Request request);
}
