using Esoz.Pages;
using Esoz.Platform.Access;
using Esoz.Platform.Journal;

namespace Esoz.Portal;

/// <summary>What the page that explains a request shows.</summary>
/// <param name="RequestId">As it was asked for.</param>
/// <param name="Problem">Why nothing is explained; null = nothing is wrong.</param>
/// <param name="Demo">Demo credentials that may be chosen; null = none.</param>
/// <param name="Token">Of the form, where there are some.</param>
public sealed record ExplainView(PortalView View, string? RequestId, Words? Problem, Explanation? Found, DemoAccess? Demo, string? Token);

/// <summary>
/// /docs/explain: what became of one's own request, check by check. Token or api-key prove whose it is; they are sent in a form, never in
/// an address, and are not kept.
/// </summary>
public static class ExplainRequest
{
    /// <summary>How far back requests are looked for.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromDays(7);

    private static readonly Words NoId = new("Напишіть номер запиту й облікові дані", "Give the request id and a credential");

    private static readonly Words NotFound = new(
        "Такого вашого запиту немає. Журнал має відмови, зміни, вивантаження й запити персональних даних за останні 7 днів; чужих запитів він не показує. Щойно надісланий запит з’явиться за мить.",
        "There is no such request of yours. The journal has refusals, changes, downloads and requests for personal data of the last 7 days, and shows nobody else’s. One that was sent just now appears in a moment.");

    public static PageRoute Page { get; } = new("portal-explain", HttpMethods.Get, PortalPages.Explain) { Handle = Show };

    /// <summary>Whoever guesses credentials here is counted with those who guess passwords.</summary>
    public static PageRoute Form { get; } = new("portal-explain-form", HttpMethods.Post, PortalPages.Explain)
    {
        Handle = Explain,
        Limits = Family.SignIn,
        Changes = false,
    };

    private static HtmlPage Show(HttpContext context, Demonstration demonstration) =>
        Of(context, PortalView.Of(context), demonstration.For(context), null, null, null);

    private static async Task<HtmlPage> Explain(
        HttpContext context, Reference reference, Demonstration demonstration, Credentials credentials, PostgresDatabase database,
        TimeProvider clock)
    {
        var view = new PortalView(PortalPages.Explain, "");
        var demo = demonstration.For(context);
        var form = await Parameters.OfForm(context);
        if (form?["request_id"]?.Trim() is not { Length: > 0 and <= 200 } id || id.Contains('\0'))
            return Of(context, view, demo, null, NoId, null);
        var caller = await CallerOf(context, form, demo, credentials);
        if (caller is not ({ } client, var user))
            return Of(context, view, demo, id, form["credential"] is null && form["role"] is null ? NoId : NotFound, null);
        var filter = new JournalFilter { RequestId = id, ClientId = client, Since = clock.GetUtcNow().UtcDateTime - Period };
        List<MethodCard> cards = [.. reference.Methods.Select(method => method.Card)];
        await foreach (var entry in new JournalReader(database).Read(filter, newestFirst: true, context.RequestAborted))
        {
            if (RequestAccount.Of(entry, cards).For(client, user) is not { } account)
                continue;
            // The rules are asked on behalf of the caller, who need not be the user of the request.
            var asked = account.UserId is null ? account : await account.WithBrokenNow(database, cards, context.RequestAborted);
            return Of(context, view, demo, id, null, Explanation.Of(asked, reference.Find(account.MethodId)));
        }
        return Of(context, view, demo, id, NotFound, null);
    }

    /// <summary>The client and user of the credential; no client when it opens nothing.</summary>
    private static async Task<(Guid? Client, Guid? User)> CallerOf(
        HttpContext context, Parameters form, DemoAccess? demo, Credentials credentials)
    {
        var secret = form["credential"]?.Trim();
        if (demo is not null && form["role"] is { } name && VisitToken.Proves(context, form[VisitToken.Field]))
        {
            var headers = demo.Roles.FirstOrDefault(role => role.Id == name)?.Headers ?? [];
            // The token, where there is a key as well.
            secret = headers.Select(header => header.Value)
                .OrderByDescending(value => value.StartsWith(Bearer, StringComparison.Ordinal)).FirstOrDefault();
        }
        if (secret is null)
            return default;
        var hash = SecretHash.Of(secret.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? secret[Bearer.Length..] : secret);
        if (await credentials.FindToken(hash) is { } token)
            return (token.ClientId, token.UserId);
        return await credentials.FindKey(hash) is { } key && credentials.Unbound(key, context.Connection.ClientCertificate) is null
            ? (key.ClientId, null) : default;
    }

    private const string Bearer = "Bearer ";

    private static HtmlPage Of(HttpContext context, PortalView view, DemoAccess? demo, string? id, Words? problem, Explanation? found) =>
        PortalView.Page<ExplainPage, ExplainView>(
            new(view, id, problem, found, demo, demo is null ? null : VisitToken.Of(context)), hasSecrets: true);
}
