using SlurmBanking.BankConfig;

namespace SlurmBanking.Operator.Validation;

/// <summary>What came of reading a BankingConfig.</summary>
/// <param name="Settings">What the sidecar will make of it; null when a problem is an error.</param>
/// <param name="Toml">bank-config.toml; to be used only when <paramref name="Settings"/> is not null.</param>
/// <param name="Problems">Errors and warnings.</param>
internal sealed record SpecReading(BankSettings? Settings, string Toml, IReadOnlyList<FieldProblem> Problems)
{
    public IEnumerable<FieldProblem> Errors => Problems.Where(static problem => problem.IsError);

    public IEnumerable<FieldProblem> Warnings => Problems.Where(static problem => !problem.IsError);
}
