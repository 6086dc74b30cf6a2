using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>
/// Reads a frame with a Submission straight into a request: for nothing else Slurm waits as often, and most of it is the same names
/// again. What is in any way unusual is left to the generated parser, which has the last word on what a frame means. One per connection.
/// </summary>
internal sealed class SubmissionReader
{
    // Wire types.
    private const int Number = 0;
    private const int Text = 2;

    // One more byte than that has no number below 2^63.
    private const int MaxNumberBytes = 9;

    private readonly Recent<string> _names = new(static text => text);
    private readonly Recent<string[]> _partitions = new(HookFacts.Partitions);
    private readonly Recent<TresCounts> _tres = new(TresCounts.ParseRequest);

    /// <param name="body">Of the frame.</param>
    /// <param name="hold">Of the submission.</param>
    /// <param name="job">What it asks for.</param>
    /// <returns>False for what is to be parsed otherwise.</returns>
    public bool TryRead(ReadOnlySpan<byte> body, out HoldId hold, [NotNullWhen(true)] out JobRequest? job)
    {
        (hold, job) = (default, null);
        return TryField(ref body, out var field, out _, out var submission)
            && field == (Request.SubmissionFieldNumber, Text)
            && body.IsEmpty
            && TryReadFields(submission, out hold, out job);
    }

    private bool TryReadFields(ReadOnlySpan<byte> left, out HoldId hold, [NotNullWhen(true)] out JobRequest? job)
    {
        (hold, job) = (default, null);
        var isNamed = false;
        uint uid = 0;
        var (account, qos, partitions) = ("", "", Array.Empty<string>());
        long? tasks = null;
        long? cpusPerTask = null;
        long? minCpus = null;
        long? minNodes = null;
        long? maxNodes = null;
        long? tasksPerNode = null;
        long? minutes = null;
        long? memoryPerNode = null;
        long? memoryPerCpu = null;
        var (isUnlimited, isExclusive, arrayTasks) = (false, false, 1L);
        var (perJob, perNode, perSocket, perTask) = (TresCounts.None, TresCounts.None, TresCounts.None, TresCounts.None);
        while (!left.IsEmpty)
        {
            if (!TryField(ref left, out var field, out var number, out var text))
            {
                return false;
            }

            switch (field)
            {
                case (Submission.HoldIdFieldNumber, Text) when HoldId.TryParse(text, out hold):
                    isNamed = true;
                    break;
                case (Submission.UidFieldNumber, Number) when number <= uint.MaxValue:
                    uid = (uint)number;
                    break;
                case (Submission.AccountFieldNumber, Text) when Utf8.IsValid(text):
                    account = _names.Of(text);
                    break;
                case (Submission.PartitionFieldNumber, Text) when Utf8.IsValid(text):
                    partitions = _partitions.Of(text);
                    break;
                case (Submission.QosFieldNumber, Text) when Utf8.IsValid(text):
                    qos = _names.Of(text);
                    break;
                case (Submission.NumTasksFieldNumber, Number) when number <= uint.MaxValue:
                    tasks = (long)number;
                    break;
                case (Submission.CpusPerTaskFieldNumber, Number) when number <= uint.MaxValue:
                    cpusPerTask = (long)number;
                    break;
                case (Submission.MinCpusFieldNumber, Number) when number <= uint.MaxValue:
                    minCpus = (long)number;
                    break;
                case (Submission.MinNodesFieldNumber, Number) when number <= uint.MaxValue:
                    minNodes = (long)number;
                    break;
                case (Submission.MaxNodesFieldNumber, Number) when number <= uint.MaxValue:
                    maxNodes = (long)number;
                    break;
                case (Submission.NtasksPerNodeFieldNumber, Number) when number <= uint.MaxValue:
                    tasksPerNode = (long)number;
                    break;
                case (Submission.TimeLimitMinutesFieldNumber, Number) when number <= uint.MaxValue:
                    minutes = (long)number;
                    break;
                case (Submission.TimeUnlimitedFieldNumber, Number):
                    isUnlimited = number != 0;
                    break;
                case (Submission.ExclusiveFieldNumber, Number):
                    isExclusive = number != 0;
                    break;
                case (Submission.ArrayFieldNumber, Text) when Utf8.IsValid(text):
                    arrayTasks = text.IsEmpty ? 1 : ArrayExpression.Count(Encoding.UTF8.GetString(text));
                    break;
                case (Submission.MemPerNodeMibFieldNumber, Number):
                    memoryPerNode = HookFacts.Mib(number);
                    break;
                case (Submission.MemPerCpuMibFieldNumber, Number):
                    memoryPerCpu = HookFacts.Mib(number);
                    break;
                case (Submission.TresPerJobFieldNumber, Text) when Utf8.IsValid(text):
                    perJob = _tres.Of(text);
                    break;
                case (Submission.TresPerNodeFieldNumber, Text) when Utf8.IsValid(text):
                    perNode = _tres.Of(text);
                    break;
                case (Submission.TresPerSocketFieldNumber, Text) when Utf8.IsValid(text):
                    perSocket = _tres.Of(text);
                    break;
                case (Submission.TresPerTaskFieldNumber, Text) when Utf8.IsValid(text):
                    perTask = _tres.Of(text);
                    break;
                case (Submission.JobNameFieldNumber, Text) when Utf8.IsValid(text):
                case (Submission.TimeMinMinutesFieldNumber or Submission.HetOffsetFieldNumber, Number):
                    break;
                default:
                    return false;
            }
        }

        job = new JobRequest
        {
            Uid = uid,
            Account = account,
            Partitions = partitions,
            Qos = qos,
            Tasks = tasks,
            CpusPerTask = cpusPerTask,
            MinCpus = minCpus,
            MinNodes = minNodes,
            MaxNodes = maxNodes,
            TasksPerNode = tasksPerNode,
            TimeLimit = minutes is { } limit ? TimeSpan.FromMinutes(limit) : null,
            TimeUnlimited = isUnlimited,
            Exclusive = isExclusive,
            ArrayTasks = arrayTasks,
            MemoryPerNode = memoryPerNode,
            MemoryPerCpu = memoryPerCpu,
            TresPerJob = perJob,
            TresPerNode = perNode,
            TresPerSocket = perSocket,
            TresPerTask = perTask,
        };
        return isNamed;
    }

    /// <summary>Takes one field off the front: a number, or bytes.</summary>
    private static bool TryField(
        ref ReadOnlySpan<byte> left,
        out (ulong Field, int Type) field,
        out ulong number,
        out ReadOnlySpan<byte> text
    )
    {
        text = default;
        number = 0;
        var isRead = TryNumber(ref left, out var tag);
        field = (tag >> 3, (int)(tag & 7));
        if (!isRead || field.Type is not (Number or Text) || !TryNumber(ref left, out number))
        {
            return false;
        }

        if (field.Type == Text)
        {
            if (number > (ulong)left.Length)
            {
                return false;
            }

            text = left[..(int)number];
            left = left[(int)number..];
        }

        return true;
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> left, out ulong number)
    {
        number = 0;
        for (var i = 0; i < Math.Min(left.Length, MaxNumberBytes); i++)
        {
            number |= (ulong)(left[i] & 0x7f) << (7 * i);
            if (left[i] < 0x80)
            {
                left = left[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
