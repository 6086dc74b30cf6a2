using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Api.V1;

/// <summary>Reads what a cluster tells and wants of an account's limits.</summary>
internal static class LeaseReader
{
    private const int MostUsers = 1000;
    private const int MaxUid = 20;

    // Exact in any reader of JSON.
    private const long MostSequence = 9_007_199_254_740_991;

    /// <summary>The requests; what is wrong is told by field.</summary>
    public static LeaseAsk Read(BodyFields fields)
    {
        var sequence = fields.Integer("sequence", MostSequence);
        var requests = new List<LeaseRequest>();
        if (fields.RequiredObject("project") is { } project)
        {
            var (request, errors) = One(new BodyFields(project), Lease.OfProject);
            requests.Add(request);
            if (errors.Count > 0)
            {
                fields.Errors["project"] = errors;
            }
        }

        if (fields.List("users") is { } users)
        {
            requests.AddRange(Users(users, fields));
        }

        return new LeaseAsk(sequence, requests);
    }

    private static List<LeaseRequest> Users(JsonElement list, BodyFields fields)
    {
        var requests = new List<LeaseRequest>();
        if (list.GetArrayLength() is 0 or > MostUsers)
        {
            if (list.GetArrayLength() > 0)
            {
                fields.Wrong("users", RestAnswers.TooMany(MostUsers));
            }

            return requests;
        }

        var known = new HashSet<string>(StringComparer.Ordinal);
        var all = new JsonArray();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                all.Add((JsonNode)JobReader.NoObject());
                continue;
            }

            var user = new BodyFields(item);
            var uid = user.RequiredText("userid", MaxUid, isDigits: true);
            if (uid is not null && !known.Add(uid))
            {
                user.Wrong("userid", RestAnswers.UidTwice(uid));
            }

            var (request, errors) = One(user, uid ?? "");
            requests.Add(request);
            all.Add((JsonNode)errors);
        }

        if (all.Any(static one => one!.AsObject().Count > 0))
        {
            fields.Errors["users"] = all;
        }

        return requests;
    }

    private static (LeaseRequest Request, JsonObject Errors) One(BodyFields fields, string uid)
    {
        var (held, want) = (fields.RequiredAmountOrZero("held"), fields.RequiredAmountOrZero("want"));
        if (want < held)
        {
            fields.Wrong("want", RestAnswers.WantsLess($"{want}", $"{held}"));
        }

        fields.RefuseOthers();
        return (new LeaseRequest(uid, held.GetValueOrDefault(), want.GetValueOrDefault()), fields.Errors);
    }
}
