namespace Esoz.SignIn;

/// <summary>The client that shows the form of POST /auth/login (sign-in §6).</summary>
/// <param name="MayLogIn">Its <c>settings.allowed_grant_types</c> has <c>password</c>.</param>
/// <param name="Scope">Its own, else that of its type.</param>
public sealed record LogInClient(Guid Id, bool IsBlocked, bool MayLogIn, string Scope);
