using Esoz.Pages;

namespace Esoz.SignIn.Browser;

/// <summary>What the page of a one-time link says.</summary>
internal static class NewPasswordMessages
{
    public static readonly Words Missing = new("Уведіть новий пароль", "Enter the new password");

    public static readonly Words Different = new("Паролі не збігаються", "The passwords differ");

    private static readonly Words Busy = new("Сервіс перевантажено. Спробуйте за хвилину", "The service is busy. Try again in a minute");

    private static readonly Dictionary<Refusal, Words> Problems = new()
    {
        [PasswordRules.LengthIsKept] = new(
            $"Пароль має містити від {PasswordRules.MinLength} до {PasswordRules.MaxLength} символів",
            $"The password must have {PasswordRules.MinLength} to {PasswordRules.MaxLength} characters"),
        [PasswordRules.IsMixed] = new(
            "Пароль має містити малу літеру, велику літеру й цифру", "The password must have a small letter, a capital letter and a digit"),
        [PasswordRules.IsHardToGuess] = new(
            "Цей пароль надто легко вгадати. Придумайте інший", "This password is too easy to guess. Choose another one"),
        [PasswordRules.IsNew] = new(
            "Цей пароль нещодавно використовувався. Придумайте інший", "This password has been used recently. Choose another one"),
    };

    public static readonly Message Done = new(
        language => language.Text("Пароль збережено", "Your password is set"),
        language => language.Text(
            "Тепер поверніться до своєї системи й увійдіть із новим паролем. Усі попередні сеанси завершено.",
            "Now go back to your system and sign in with the new password. All earlier sessions have ended."));

    public static Words ProblemOf(Refusal refusal) => Problems.GetValueOrDefault(refusal, Busy);

    /// <summary>The link is not good for anything: 404, whatever the reason.</summary>
    public static HtmlPage NoLink(HttpContext context)
    {
        PageRoute.Record(context, NewPassword.LinkIsOpen);
        return new Message(
            language => language.Text("Посилання не діє", "This link is not valid"),
            language => language.Text(
                "Його вже використано, його термін минув, або є новіше. Знайдіть найновіший лист або попросіть оператора системи про нове посилання.",
                "It was used, has expired, or there is a newer one. Look for the newest mail, or ask the operator of the system for a new link."))
            .Page(StatusCodes.Status404NotFound);
    }
}
