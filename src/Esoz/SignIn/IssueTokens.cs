using Esoz.Platform.Access;
using Esoz.Platform.Schema;

namespace Esoz.SignIn;

/// <summary>API-009-068-0002 and API-009-068-0003 Issue tokens for a code or a refresh token (sign-in §9).</summary>
public static class IssueTokens
{
    private const string Root = "token";
    private const string ClientSecret = "client_secret";

    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(IssueTokens));

    private static readonly Validation GrantIsNamed = SignInRules.GrantIsNamed with { Number = "1" };
    private static readonly Validation GrantIsServed = SignInRules.GrantIsServed with { Number = "1" };

    public static readonly MethodCard Card = new("API-009-068-0002", "Issue tokens", "POST", "/oauth/tokens", Family.SignIn)
    {
        Purpose = "Issues an access token and a refresh token for an authorization code, or further ones for a refresh token",
        Handle = Handle,
        HasPersonalData = true,
        Body = Schema,
        Validations =
        [
            GrantIsNamed,
            GrantIsServed,
            .. CodeExchange.Exchange.Rules.SelectMany<Validation, Validation>(
                rule => rule == CodeExchange.IsFirstUse ? [rule, TokenRefresh.IsFirstUse] : [rule]),
        ],
        Success = StatusCodes.Status201Created,
        Answer = typeof(SignInToken),
    };

    public static async Task<Reply> Handle(
        HttpContext context, Body body, Work work, PostgresDatabase database, TokenOptions options, CancellationToken ct)
    {
        var grant = body.Text(Root, "grant_type");
        body.Matches<Nothing>(Schema, out _, out var faults);
        if (faults is { Invalid: [{ Entry: "$" or "$.token" }] })
            return faults;
        if (grant is not (TokenName.AuthorizationCode or TokenName.Refresh))
            return grant is null ? GrantIsNamed : GrantIsServed;
        if (faults is not null && await ExceptSecretOfPublicClient(faults, body, database, ct) is { } refusal)
            return refusal;

        var client = Guid.Parse(body.Text(Root, "client_id")!);
        var secret = body.Text(Root, ClientSecret) is { Length: > 0 } text ? SecretHash.Of(text) : (SecretHash?)null;
        var (broken, token) = grant == TokenName.AuthorizationCode
            ? await CodeExchange.Run(work.Of(client), options, new(client, secret, SecretHash.Of(body.Text(Root, "code")!)),
                body.Text(Root, "redirect_uri")!, body.Text(Root, "code_verifier"), ct)
            : await TokenRefresh.Run(work.Of(client), options, new(client, secret, SecretHash.Of(body.Text(Root, "refresh_token")!)), ct);
        // A refusal of the client itself names nobody: it may not exist.
        if (broken?.RuleNumber != TokenExchange.ClientIsKnown.Number)
            Identified.Set(context, client, token?.UserId);
        return token is null ? broken! : Reply.Data(token);
    }

    /// <summary>A public client has no secret, and misses none.</summary>
    private static async Task<Refusal?> ExceptSecretOfPublicClient(
        Refusal faults, Body body, PostgresDatabase database, CancellationToken ct)
    {
        var others = faults.Invalid.Where(fault => fault is not { Entry: $"$.{ClientSecret}", Rules: [{ Name: "required" }] }).ToList();
        if (others.Count == faults.Invalid.Count || !Guid.TryParse(body.Text(Root, "client_id"), out var client))
            return faults;
        await using var command = database.Command("SELECT is_public FROM clients WHERE id = $1", client);
        if (await command.ExecuteScalarAsync(ct) is not true)
            return faults;
        return others.Count == 0 ? null : faults with { Invalid = others };
    }
}
