using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using SlurmBanking.Bank.Messages;

namespace SlurmBanking.Bank.Api;

/// <summary>Which page of a list is asked for.</summary>
internal sealed class PageRequest
{
    /// <summary>Items on a page.</summary>
    public const int Size = 100;

    private readonly HttpRequest _request;
    private readonly int _number;

    private PageRequest(HttpRequest request, int number) => (_request, _number) = (request, number);

    /// <summary>Items on the pages before.</summary>
    public int Skip => (_number - 1) * Size;

    /// <summary>The page that a request asks for; null when it asks for none that could be.</summary>
    public static PageRequest? Of(HttpContext context)
    {
        var text = context.Request.Query["page"];
        if (text.Count == 0)
        {
            return new PageRequest(context.Request, 1);
        }

        return
            int.TryParse(text[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and < int.MaxValue / Size
            ? new PageRequest(context.Request, number)
            : null;
    }

    public static Task Refuse(HttpContext context) => context.WriteDetail(StatusCodes.Status404NotFound, ContractAnswers.NoSuchPage);

    /// <summary>Whether a list of so many items has the page. The first always is.</summary>
    public bool Exists(int count) => _number == 1 || Skip < count;

    public Uri? Next(int count) => Skip + Size < count ? Address(_number + 1) : null;

    public Uri? Previous() => _number > 1 ? Address(_number - 1) : null;

    private Uri Address(int number)
    {
        var query = new QueryBuilder(
            _request
                .Query.Where(static pair => pair.Key != "page")
                .SelectMany(static pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value ?? "")))
        )
        {
            { "page", number.ToString(CultureInfo.InvariantCulture) },
        };
        return new Uri(UriHelper.BuildAbsolute(_request.Scheme, _request.Host, _request.PathBase, _request.Path, query.ToQueryString()));
    }
}
