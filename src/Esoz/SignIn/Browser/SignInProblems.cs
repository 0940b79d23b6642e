using Esoz.Pages;

namespace Esoz.SignIn.Browser;

/// <summary>
/// Refusals of sign-in §6 and §7 in the words of the pages: in English the literal text, but for what only a program can use.
/// </summary>
internal static class SignInProblems
{
    private static readonly Words Busy = new("Зараз входить забагато людей. Спробуйте за хвилину", "Too many people sign in now. Try again in a minute");

    private static readonly Words TooMany = new("Забагато невдалих спроб. Спробуйте пізніше", "Too many failed attempts. Try again later");

    private static readonly Words Expired = new(
        "Термін дії пароля закінчився. Попросіть оператора системи надіслати посилання для нового пароля",
        "The password expired. Ask the operator of the system for a link to set a new one");

    /// <summary>By the literal text.</summary>
    private static readonly Dictionary<string, string> Ukrainian = new()
    {
        [PasswordCheck.PasswordIsRight.Refusal.Message!] = "Неправильна електронна пошта або пароль",
        [FailedLogins.EmailHasAttempts.Refusal.Message!] = "Вичерпано кількість спроб входу. Спробуйте пізніше",
        [SecondFactor.CodeIsNotExpired.Refusal.Message!] = "Термін дії коду минув. Надішліть новий",
        [SecondFactor.CodeHasAttempts.Refusal.Message!] = "Вичерпано кількість спроб для цього коду. Надішліть новий",
        [SecondFactor.CodeIsRight.Refusal.Message!] = "Неправильний код",
        [SecondFactor.MayBeSent.Refusal.Message!] = "Коди надсилаються не так часто. Спробуйте за хвилину",
        [SecondFactor.WasSent.Refusal.Message!] = "SMS не надіслано. Спробуйте пізніше",
        [SignInRules.UserIsNotBlocked.Refusal.Message!] = "Користувача заблоковано",
    };

    public static Words Of(Refusal refusal)
    {
        if (refusal.Kind == RefusalKind.TooManyRequests && refusal.Message is null)
            return TooMany;
        if (refusal == PasswordHashing.Busy)
            return Busy;
        if (refusal.Type == PasswordCheck.PasswordIsCurrent.Refusal.Type)
            return Expired;
        var text = SignInPages.TextOf(refusal);
        return new(Ukrainian.GetValueOrDefault(text, text), text);
    }
}
