using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Pages;
using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Esoz.Sandbox.Demo.Mis;

/// <summary>
/// A tiny medical information system at /demo/mis, for trying out: sign-in, consent, code, tokens, a first call, refresh and logout. It is
/// a client like any other, with a connection of <see cref="DemoIds.Clinic"/>, and talks to the server over HTTP. What it knows of a browser
/// is in memory.
/// </summary>
public sealed class DemoMis
{
    public const string Path = "/demo/mis";

    private const string Cookie = "esoz-demo-mis";
    private const string Scope = "employee_role:read employee:read division:read healthcare_service:read legal_entity:read";
    private const int MaxVisits = 1000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = PlainJsonEncoder.Instance };

    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    private readonly ConcurrentDictionary<string, MisVisit> _visits = new();
    private readonly ConcurrentDictionary<string, string> _secrets = new();

    private DemoMis()
    {
    }

    /// <summary>The pages of a demo MIS of one server.</summary>
    public static IReadOnlyList<PageRoute> Pages()
    {
        var mis = new DemoMis();
        return
        [
            new("demo-mis", HttpMethods.Get, Path) { Handle = mis.Show },
            new("demo-mis-form", HttpMethods.Post, Path) { Handle = mis.Act },
        ];
    }

    private IResult Show(HttpContext context, PublicUrl publicUrl)
    {
        var query = Parameters.OfQuery(context.Request);
        Language.Find(query["lang"])?.Choose(context);
        var visit = VisitOf(context);
        if (query["state"] is not { } state)
            return HtmlPage.Of<MisPage, MisVisit>(visit);
        // Somebody else's code, or one that was not asked for, is not taken.
        var isOurs = visit.State == state && query["iss"] == publicUrl.OfSignIn(context.Request);
        visit.Code = isOurs ? query["code"] : null;
        visit.State = null;
        visit.Exchanges.Add(new(
            language => language.Text("Браузер повертається до МІС", "The browser comes back to the MIS"),
            $"GET {Path}{Uri.UnescapeDataString(context.Request.QueryString.Value!.Replace("&", "\n  &", StringComparison.Ordinal))}",
            isOurs ? "state and iss are those that were expected." : "state or iss is not the expected one: ignored."));
        return Again();
    }

    private async Task<IResult> Act(HttpContext context, PostgresDatabase database, PublicUrl publicUrl)
    {
        var form = await Parameters.OfForm(context);
        var visit = VisitOf(context);
        if (form?["form_token"] != visit.FormToken)
            return Again();
        switch (form["step"])
        {
            case MisStep.SignIn:
                var server = publicUrl.Base(context.Request);
                return SignIn(visit, server, await Connect(database, server, context.RequestAborted));
            case MisStep.Token when visit.Code is not null:
                await Tokens(context, visit, new()
                {
                    ["grant_type"] = "authorization_code",
                    ["client_id"] = DemoIds.Clinic.ToString(),
                    ["client_secret"] = _secrets[visit.RedirectUri!],
                    ["code"] = visit.Code,
                    ["redirect_uri"] = visit.RedirectUri,
                    ["code_verifier"] = visit.Verifier,
                }, language => language.Text("Код обмінюється на токени", "The code is exchanged for tokens"));
                break;
            case MisStep.Refresh when visit.RefreshToken is not null:
                await Tokens(context, visit, new()
                {
                    ["grant_type"] = "refresh_token",
                    ["client_id"] = DemoIds.Clinic.ToString(),
                    ["client_secret"] = _secrets[visit.RedirectUri!],
                    ["refresh_token"] = visit.RefreshToken,
                }, language => language.Text("Токени оновлюються", "The tokens are refreshed"));
                break;
            case MisStep.User when visit.AccessToken is not null:
                await Send(context, visit, HttpMethod.Get, "/oauth/user", null,
                    language => language.Text("Хто увійшов", "Who has signed in"));
                break;
            case MisStep.Call when visit.AccessToken is not null:
                await Send(context, visit, HttpMethod.Get, "/api/employee_roles?page_size=2", null,
                    language => language.Text("Перший виклик: ролі працівників", "First call: roles of employees"));
                break;
            case MisStep.Logout when visit.AccessToken is not null:
                await Send(context, visit, HttpMethod.Post, "/auth/logout", new JsonArray(),
                    language => language.Text("Вихід: токени більше не дійсні", "Logout: the tokens are not valid any more"));
                (visit.AccessToken, visit.RefreshToken) = (null, null);
                break;
        }
        return Again();
    }

    /// <summary>Sends the browser to the sign-in page, with state and PKCE.</summary>
    private static SeeOther SignIn(MisVisit visit, string server, string redirectUri)
    {
        (visit.State, visit.Verifier, visit.RedirectUri) = (SecretHash.NewSecret(), SecretHash.NewSecret(), redirectUri);
        (visit.Code, visit.AccessToken, visit.RefreshToken) = (null, null, null);
        visit.Exchanges.Clear();
        var target = QueryHelpers.AddQueryString("/sign-in", new Dictionary<string, string?>
        {
            ["client_id"] = DemoIds.Clinic.ToString(),
            ["redirect_uri"] = redirectUri,
            ["response_type"] = "code",
            ["scope"] = Scope,
            ["state"] = visit.State,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(visit.Verifier))),
            ["code_challenge_method"] = "S256",
        });
        visit.Exchanges.Add(new(
            language => language.Text("МІС відправляє браузер на вхід", "The MIS sends the browser to sign-in"),
            $"GET {server}{Uri.UnescapeDataString(target.Replace("&", "\n  &", StringComparison.Ordinal))}",
            "The user signs in and agrees; no password passes through the MIS."));
        return new SeeOther(target);
    }

    private static async Task Tokens(HttpContext context, MisVisit visit, JsonObject token, Func<Language, string> title)
    {
        visit.Code = null;
        if (await Send(context, visit, HttpMethod.Post, "/oauth/tokens", new JsonObject { ["token"] = token }, title) is not { } answer)
            return;
        visit.AccessToken = (string?)answer["data"]?["value"];
        visit.RefreshToken = (string?)answer["data"]?["details"]?["refresh_token"];
    }

    /// <summary>Sends a request as the server of a MIS does, and notes it with its answer.</summary>
    /// <returns>The answer; null when it is a refusal.</returns>
    private static async Task<JsonNode?> Send(
        HttpContext context, MisVisit visit, HttpMethod verb, string path, JsonNode? body, Func<Language, string> title)
    {
        using var request = new HttpRequestMessage(verb, new Uri(OwnListener.Of(context), path));
        var text = new StringBuilder().AppendLine($"{verb} {path}");
        // A token of an earlier step goes with everything but the exchange.
        if (visit.AccessToken is { } token && path != "/oauth/tokens")
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            text.AppendLine($"Authorization: Bearer {token}");
        }
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            text.AppendLine("Content-Type: application/json").AppendLine().Append(body.ToJsonString(Indented));
        }
        using var answer = await Http.SendAsync(request, context.RequestAborted);
        var json = JsonNode.Parse(await answer.Content.ReadAsStreamAsync(context.RequestAborted));
        visit.Exchanges.Add(new(title, text.ToString(), $"{(int)answer.StatusCode} {answer.ReasonPhrase}\n\n{json!.ToJsonString(Indented)}"));
        return answer.IsSuccessStatusCode ? json : null;
    }

    /// <summary>Makes a connection for this address of the demo MIS at its first use, and ends those of earlier starts.</summary>
    /// <returns>The redirect URI.</returns>
    private async Task<string> Connect(PostgresDatabase database, string server, CancellationToken ct)
    {
        var redirectUri = $"{server}{Path}";
        if (_secrets.ContainsKey(redirectUri))
            return redirectUri;
        var secret = SecretHash.NewSecret();
        await database.Command("""
            WITH former AS (
              UPDATE connections SET expires_at = now(), updated_at = now(), updated_by = $5
               WHERE client_id = $1 AND consumer_id = $2 AND redirect_uri = $3 AND (expires_at IS NULL OR expires_at > now())
            )
            INSERT INTO connections (id, client_id, consumer_id, redirect_uri, secret_hash, inserted_by, updated_at, updated_by)
            VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, now(), $5)
            """, DemoIds.Clinic, DemoIds.Mis, redirectUri, SecretHash.Of(secret).Hex, Registrar.SystemUser).Execute(ct);
        _secrets[redirectUri] = secret;
        return redirectUri;
    }

    private MisVisit VisitOf(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is { } known && _visits.TryGetValue(known, out var visit))
            return visit;
        if (_visits.Count >= MaxVisits)
            _visits.Clear();
        var id = SecretHash.NewSecret();
        context.Response.Cookies.Append(Cookie, id, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            Path = Path,
            IsEssential = true,
        });
        return _visits[id] = new();
    }

    private static SeeOther Again() => new(Path);
}
