namespace SlurmBanking.Bank.Messages;

/// <summary>
/// What the REST interface says beyond the contract: what is wrong with a request's fields, of which each message stands under the
/// field's name, and what keeps the bank from answering.
/// </summary>
internal static class RestAnswers
{
    /// <summary>503: the database does not answer, or is busy.</summary>
    /// <remarks>The bank's log says why. Sidecars come again by themselves.</remarks>
    public const string BooksAway = "the books can't be reached now: ask again in a second";

    /// <summary>500: a fault of the bank.</summary>
    /// <remarks>Report it with what the bank has logged.</remarks>
    public const string Broken = "internal error: the bank's log has it";

    /// <summary>400 under /v1/: the detail, beside the errors by field.</summary>
    /// <remarks>The errors beside it say which and why.</remarks>
    public const string WrongFields = "some fields are wrong: see errors";

    /// <summary>400: a text has characters that can't be printed.</summary>
    /// <remarks>Leave them out.</remarks>
    public const string ControlCharacters = "control characters are not allowed";

    /// <summary>400: a uid is something else than digits.</summary>
    public const string NoUid = "a uid on the cluster has digits only";

    /// <summary>400 under /v1/: a field that there is not, perhaps mistyped.</summary>
    /// <remarks>The bank's /openapi.json lists the fields.</remarks>
    public const string NoSuchField = "there is no such field";

    /// <summary>400 under /v1/: a switch is something else.</summary>
    public const string NoFlag = "must be true or false";

    /// <summary>400 under /v1/: an amount that has to move is zero.</summary>
    public const string Zero = "must be other than zero";

    /// <summary>400 under /v1/: a list is too long.</summary>
    /// <remarks>Send it in parts.</remarks>
    public static string TooMany(int most) => $"must have no more than {most} items";

    /// <summary>400 under /v1/: one of a list is no object.</summary>
    /// <remarks>Send objects only.</remarks>
    public static string NoObject(int number) => $"item {number} is not an object";

    /// <summary>400 under /v1/: a partition is listed twice.</summary>
    /// <remarks>List it once.</remarks>
    public static string NameTwice(string name) => $"the name {name} comes twice";

    /// <summary>400 under /v1/: a user is listed twice.</summary>
    /// <remarks>List it once.</remarks>
    public static string UidTwice(string uid) => $"the uid {uid} comes twice";

    /// <summary>400 under /v1/: a lease is to be smaller than what it has to cover.</summary>
    public static string WantsLess(string want, string held) => $"must not be less than what is held: {want} wanted, {held} held";

    /// <summary>400 under /v1/: the scope of a token is another word.</summary>
    public const string NoScope = "must be read, staff or admin";

    /// <summary>400: the record that is sent to a job's path is another job's.</summary>
    /// <remarks>Send a record to the path of its own id.</remarks>
    public static string JobChanged(string before, string after) => $"the id of job {before} can't be changed to {after}";

    /// <summary>400: a record says that another user ran the job.</summary>
    /// <remarks>A job stays with the user who was charged at its start. Clusters that give the same ids need a job_id_format.</remarks>
    public static string UserChanged(string job, string before, string after) =>
        $"the user of job {job} can't be changed from {before} to {after}";

    /// <summary>400: a record says that another account pays for the job.</summary>
    /// <remarks>A job stays with the account that was charged at its start. Clusters that give the same ids need a job_id_format.</remarks>
    public static string AccountChanged(string job, string before, string after) =>
        $"the account of job {job} can't be changed from {before} to {after}";

    /// <summary>PATCH of a job.</summary>
    public const string UsePut = "a job is replaced as a whole: use PUT";

    /// <summary>What is wrong with a header or a field, where its name does not stand beside it.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string OfField(string field, string problem) => $"{field}: {problem}";

    /// <summary>400: a header stands in a request more than once.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string ComesTwice = "it comes more than once";

    /// <summary>200: an upload was what it should be.</summary>
    /// <remarks>Nothing to do: this bank bills from records of jobs, and keeps nothing of it.</remarks>
    public const string Uploaded = "the file is a zipped JSON file";

    /// <summary>400: an uploaded archive has no file, or several.</summary>
    public static string ArchiveOf(int count) => $"the archive holds {count} files: it must hold exactly one";

    /// <summary>400: an upload is no archive.</summary>
    /// <remarks>Send a zip file of less than 16 MB, with a JSON file of less than 256 MB in it.</remarks>
    public static string NoArchive(string problem) => $"not a zip file that can be read: {problem}";

    /// <summary>400: what an uploaded archive holds is too large.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string TooLarge = "it is too large when unpacked";

    /// <summary>400: what an uploaded archive holds is something else.</summary>
    /// <remarks>Send an archive of one JSON file.</remarks>
    public const string ArchiveOfOther = "the file in the archive is no JSON";
}
