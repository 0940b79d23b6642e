using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;
using Esoz.Platform.Schema;

namespace Esoz.Clients;

/// <summary>
/// Where users are sent back to after they signed in (sign-in §12). It is kept as it was sent: whoever names it later names the same bytes.
/// </summary>
public static partial class RedirectUri
{
    internal static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(UpdateConnection));

    internal static readonly JsonSchema WithLoopback =
        JsonSchema.Embedded(typeof(UpdateConnection).Assembly, "UpdateConnectionWithLoopback.schema.json");

    internal static readonly Validation IsPlain = new("4", "redirect_uri is a URL in ASCII without user information and without a fragment",
        Refusal.Unprocessable("must be a URL without user information and fragment", "$.redirect_uri"));

    /// <summary>Why an address is not accepted; null when it is.</summary>
    public static string? Fault(string address, ConnectionOptions options) =>
        SchemaOf(options).Evaluate(JsonSerializer.SerializeToElement(new Request(address), IlDialect.Json)) is [var fault, ..]
            ? fault.Description
            : IsPlainUrl(address) ? null : IsPlain.Refusal.Invalid[0].Rules![0].Description;

    /// <summary>The address of a body, or why it is refused.</summary>
    internal static bool IsIn(Body body, ConnectionOptions options, [NotNullWhen(true)] out string? address,
        [NotNullWhen(false)] out Refusal? refusal)
    {
        address = null;
        if (!body.Matches<Request>(SchemaOf(options), out var request, out refusal))
            return false;
        if (!IsPlainUrl(request.RedirectUri))
        {
            refusal = IsPlain;
            return false;
        }
        address = request.RedirectUri;
        return true;
    }

    private static JsonSchema SchemaOf(ConnectionOptions options) => options.AllowLoopback ? WithLoopback : Schema;

    private static bool IsPlainUrl(string text) =>
        Plain().IsMatch(text) && Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { UserInfo: "", Host.Length: > 0 };

    private sealed record Request(string RedirectUri);

    /// <summary>A scheme, a host, and what a URL may have but no fragment (RFC 3986).</summary>
    [GeneratedRegex(@"\A[a-z]+://[A-Za-z0-9[](?:[A-Za-z0-9._~:/?[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*\z")]
    private static partial Regex Plain();
}
