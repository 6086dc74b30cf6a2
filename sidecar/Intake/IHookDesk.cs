using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;
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

    /// <summary>The reply to a submission; never throws.</summary>
    /// <param name="hold">Its hold.</param>
    /// <param name="job">What it asks for.</param>
    /// <param name="spare">A reply that has been sent: this one may be put into it.</param>
    Reply Answer(HoldId hold, JobRequest job, Reply spare);
}
