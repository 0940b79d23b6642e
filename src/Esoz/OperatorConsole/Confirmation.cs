using Esoz.Pages;
using Esoz.SignIn;
using Esoz.SignIn.Browser;

namespace Esoz.OperatorConsole;

/// <summary>
/// A change asks for the password again, unless it was given some minutes ago (<see cref="ConsoleSessions.Confirmed"/>): whoever finds an
/// open console changes nothing. The form has a <c>ConfirmField</c>.
/// </summary>
public sealed class Confirmation(PasswordCheck passwords, ConsoleSessions sessions)
{
    public const string FieldName = "confirm_password";

    /// <summary>Why the change is not made; null when it may be.</summary>
    public async Task<Words?> Problem(HttpContext context, ConsoleSession session, ConsoleForm form)
    {
        if (session.IsConfirmed)
            return null;
        if (form[FieldName] is not { } password)
            return new("Уведіть пароль", "Enter your password");
        var (refusal, _) = await passwords.Check(context, session.Email, password, mayBeOld: true, context.RequestAborted);
        Identified.Set(context, null, session.UserId);
        if (refusal is not null)
        {
            PageRoute.Record(context, refusal);
            return SignInProblems.Of(refusal);
        }
        await sessions.Confirm(session.Id, context.RequestAborted);
        return null;
    }
}
