namespace Esoz.SignIn;

/// <summary>Get user details (sign-in §11.3).</summary>
public static class GetUserDetails
{
    /// <summary>Asked for where <c>USER_DETAILS_REQUIRE_SCOPE</c> is set.</summary>
    private const string Scope = "user:read";

    private static readonly RowMap<UserDetails> Row = new("author");

    public static readonly MethodCard Card = new("get-user-details", "Get user details", "GET", "/oauth/user", Family.IlMis)
    {
        Purpose = "Gets the user of the token",
        Handle = Handle,
        HasPersonalData = true,
        Answer = typeof(UserDetails),
    };

    /// <summary>The method where the scope is asked for.</summary>
    public static MethodCard CardWithScope { get; } = Card with { Scopes = [Scope] };

    public static async Task<Reply> Handle(Caller caller, PostgresDatabase database, CancellationToken ct) =>
        Reply.Data((await Row.ReadOne(database.Command(Sql, caller.UserId), ct))!);

    private static readonly string Sql = $"SELECT {Row.Columns} FROM users author WHERE author.id = $1";
}
