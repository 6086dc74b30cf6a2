namespace SlurmBanking.Sidecar.Outbox;

/// <summary>What came of sending one record; one value per kind of end.</summary>
internal enum DeliveryOutcome
{
    /// <summary>The bank has it.</summary>
    Delivered,

    /// <summary>No answer: the bank may or may not have it.</summary>
    Unknown,

    /// <summary>The bank is in trouble (5xx) or asks for patience (429).</summary>
    Later,

    /// <summary>The token is refused.</summary>
    TokenRefused,

    /// <summary>The bank will never take it: a person has to look.</summary>
    Refused,
}
