using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Pages;

/// <summary>
/// Markup that can be sent: made of the source's own literals, and of values, each of which is encoded where it stands. There is no
/// other way to make any, so that no text of somebody's becomes markup. Attributes are in double quotes, as the encoder expects.
/// </summary>
internal sealed class Html
{
    /// <summary>No markup.</summary>
    public static readonly Html Nothing = new("");

    // Marks that turn the direction of what follows: seen by nobody, so a page's source shows them.
    private const string Turns = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

    private static readonly HtmlEncoder Encoder = Encode();

    private readonly string _text;

    private Html(string text) => _text = text;

    /// <summary>Makes markup of an interpolated string.</summary>
    public static Html Of(Composer composer) => composer.ToHtml();

    // Every script of the world reads in the source as it is; what has a meaning in HTML, or can't be seen, is escaped.
    private static HtmlEncoder Encode()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.All);
        settings.ForbidCharacters(Turns.ToCharArray());
        return HtmlEncoder.Create(settings);
    }

    /// <summary>The markup as text.</summary>
    public override string ToString() => _text;

    /// <summary>Takes an interpolated string apart. What it has no overload for can't be interpolated.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Composer
    {
        private readonly StringBuilder _builder;

        public Composer(int literalLength, int formattedCount) => _builder = new StringBuilder(literalLength + (formattedCount * 16));

        public void AppendLiteral(string markup) => _builder.Append(markup);

        /// <summary>A text, encoded; null is none.</summary>
        public void AppendFormatted(string? text)
        {
            if (text is not null)
            {
                _builder.Append(Encoder.Encode(text));
            }
        }

        public void AppendFormatted(Html html) => _builder.Append(html._text);

        public void AppendFormatted(IEnumerable<Html> several)
        {
            foreach (var html in several)
            {
                _builder.Append(html._text);
            }
        }

        public void AppendFormatted(int number) => _builder.Append(CultureInfo.InvariantCulture, $"{number}");

        /// <summary>A coordinate, to a tenth.</summary>
        public void AppendFormatted(double coordinate) => _builder.Append(CultureInfo.InvariantCulture, $"{coordinate:0.#}");

        public void AppendFormatted(ServiceUnits amount) => _builder.Append(amount.ToString());

        /// <summary>A moment, to the second.</summary>
        public void AppendFormatted(DateTimeOffset time)
        {
            var utc = time.UtcDateTime;
            _builder.Append(
                CultureInfo.InvariantCulture,
                $"<time datetime=\"{StatementFormats.Time(time)}\">{utc:yyyy-MM-dd} {utc:HH:mm:ss}</time>"
            );
        }

        /// <summary>A moment, or a dash where there is none.</summary>
        public void AppendFormatted(DateTimeOffset? time)
        {
            if (time is { } value)
            {
                AppendFormatted(value);
            }
            else
            {
                _builder.Append('–');
            }
        }

        internal Html ToHtml() => new(_builder.ToString());
    }
}
