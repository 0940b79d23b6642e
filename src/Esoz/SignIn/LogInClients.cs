using Esoz.Platform.Access;

namespace Esoz.SignIn;

/// <summary>The client of POST /auth/login and what it may ask for: checks 2, 7 and 8 of sign-in §6.</summary>
public static class LogInClients
{
    public static readonly Validation Exists = new("2", "client exists", Refusal.Unauthenticated("invalid_client", "Invalid client id."));

    public static readonly Validation IsNotBlocked = SignInRules.ClientIsNotBlocked with { Number = "2" };

    public static readonly Validation MayShowTheForm = new("2", "settings.allowed_grant_types of the client has password",
        Refusal.Unauthenticated("Client is not allowed to issue login token."));

    public static readonly Validation HasScope = SignInRules.ScopeIsOfClientType with { Number = "7" };

    public static readonly Validation AsksForConsent = new("8", "scope is exactly app:authorize, unless a new password is to be set",
        Refusal.Unauthenticated("Allowed scopes for the token are app:authorize."));

    public static readonly Validation AsksForChange = new("8", "change_password: scope is exactly user:change_password",
        Refusal.Unauthenticated("Allowed scopes for the token are user:change_password."));

    private const string Change = "user:change_password";

    private static readonly RowMap<LogInClient> Row = new RowMap<LogInClient>("client")
    { Joins = "JOIN client_types type ON type.id = client.client_type_id" }
        .Column(client => client.MayLogIn, "coalesce(client.settings -> 'allowed_grant_types' ? 'password', false)")
        .Column(client => client.Scope, "coalesce(client.scope, type.scope)");

    private static readonly string Sql = $"SELECT {Row.Columns} FROM clients client {Row.Joins} WHERE client.id = $1";

    public static Task<LogInClient?> Find(PostgresDatabase database, Guid id, CancellationToken ct) =>
        Row.ReadOne(database.Command(Sql, id), ct);

    /// <summary>Check 2; null when it passes.</summary>
    public static Validation? Broken(LogInClient? client) =>
        client is null ? Exists : client.IsBlocked ? IsNotBlocked : client.MayLogIn ? null : MayShowTheForm;

    /// <summary>Checks 7 and 8; null when they pass.</summary>
    public static Validation? BrokenBy(LogInClient client, string scope, bool isChange)
    {
        var names = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var own = new ScopeSet(client.Scope);
        return names.Any(name => !own.Contains(name)) ? HasScope
            : isChange ? (names is [Change] ? null : AsksForChange)
            : names is [LogInSteps.Consent] ? null : AsksForConsent;
    }
}
