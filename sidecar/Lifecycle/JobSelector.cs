using System.Globalization;
using SlurmBanking.Sidecar.ClusterView;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>Which records of a job are meant, as users write it (scontrol(1), JobId): "12", "12_3", "12_[1-5,7]", "12+1".</summary>
/// <param name="Job">The job's id; of an array or a het job that of the whole.</param>
/// <param name="Tasks">Which tasks of an array; "" for all of the job.</param>
/// <param name="Component">Which component of a het job, from 0 on; null for all.</param>
internal readonly record struct JobSelector(uint Job, string Tasks = "", uint? Component = null)
{
    public static bool TryParse(string text, out JobSelector selector)
    {
        selector = default;
        var mark = text.IndexOfAny(['_', '+']);
        if (!TryNumber(mark < 0 ? text : text[..mark], out var job))
        {
            return false;
        }

        selector = new JobSelector(job);
        if (mark < 0)
        {
            return true;
        }

        if (text[mark] == '+')
        {
            selector = selector with { Component = TryNumber(text[(mark + 1)..], out var component) ? component : null };
            return selector.Component is not null;
        }

        selector = selector with { Tasks = text[(mark + 1)..] };
        return ArrayExpression.Count(selector.Tasks) > 0;
    }

    /// <summary>How many tasks at most.</summary>
    public long Count => Tasks.Length == 0 ? long.MaxValue : ArrayExpression.Count(Tasks);

    /// <summary>Whether a task is meant.</summary>
    /// <param name="task">Its index in the array; null for a job that is no array's task.</param>
    public bool Means(uint? task) => Tasks.Length == 0 || (task is { } index && ArrayExpression.Contains(Tasks, index));

    private static bool TryNumber(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
