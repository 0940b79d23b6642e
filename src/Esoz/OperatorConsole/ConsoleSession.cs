namespace Esoz.OperatorConsole;

/// <summary>
/// Who is signed in to the console. A handler of a screen takes it as a parameter; <see cref="ConsoleScreen"/> has checked it.
/// </summary>
/// <param name="Roles">Of <see cref="ConsoleRole"/>.</param>
/// <param name="IsConfirmed">The user proved who it is some minutes ago at most: changes do not ask for the password again.</param>
/// <param name="FormToken">Which every form sends; only pages of this session know it.</param>
public sealed record ConsoleSession(
    Guid Id, Guid UserId, string Email, IReadOnlyList<string> Roles, bool IsConfirmed, string FormToken)
{
    public bool May(string role) => Roles.Contains(role);

    public static ValueTask<ConsoleSession?> BindAsync(HttpContext context) => new(context.Features.Get<ConsoleSession>());
}
