using Esoz.Pages;

namespace Esoz.OperatorConsole;

/// <summary>Why the console does not go on.</summary>
internal static class ConsoleMessages
{
    public static Message NotAllowed(string role) => new(
        language => language.Text("Немає доступу", "You have no access"),
        language => language.Text("Цей екран потребує ролі, якої у вас немає. Її надає оператор системи.",
            "This screen needs a role that you do not have. The operator of the system grants it."))
    {
        Details = role,
        Link = Home,
    };

    public static readonly Message NoRole = new(
        language => language.Text("Немає доступу", "You have no access"),
        language => language.Text("Пароль правильний, але у вас немає ролі для консолі. Її надає оператор системи.",
            "Your password is right, but you have no role of the console. The operator of the system grants it."))
    {
        Link = (ConsoleSignIn.Path, language => language.Text("Увійти іншим користувачем", "Sign in as another user")),
    };

    public static readonly Message NotOfRegistry = new(
        language => language.Text("Немає доступу", "You have no access"),
        language => language.Text("Провайдер підтвердив, хто ви, але в реєстрі немає користувача з вашою підтвердженою адресою, який має роль для консолі. "
            + "Її надає оператор системи.",
            "The provider has confirmed who you are, but the registry has no user with your confirmed address who has a role of the console. "
            + "The operator of the system grants it."))
    {
        Link = (ConsoleSignIn.Path, language => language.Text("Увійти іншим користувачем", "Sign in as another user")),
    };

    public static readonly Message NotSignedIn = new(
        language => language.Text("Вхід не вдався", "You are not signed in"),
        language => language.Text("Провайдер не підтвердив, хто ви, або вхід почато в іншому вікні чи надто давно.",
            "The provider has not confirmed who you are, or the sign-in was begun in another browser or too long ago."))
    {
        Link = Again,
    };

    public static readonly Message NoProvider = new(
        language => language.Text("Провайдер входу не відповідає", "The sign-in provider does not answer"),
        language => language.Text("Спробуйте за хвилину або увійдіть із паролем.", "Try again in a minute, or sign in with your password."))
    {
        Link = Again,
    };

    public static readonly Message OutOfDate = new(
        language => language.Text("Ця сторінка застаріла", "This page is out of date"),
        language => language.Text("Вхід змінився після того, як її було відкрито. Нічого не змінено.",
            "You have signed in anew since it was opened. Nothing was changed."))
    {
        Link = Home,
    };

    public static readonly Message NotFound = new(
        language => language.Text("Не знайдено", "Not found"),
        language => language.Text("Такого запису немає.", "There is no such record."))
    {
        Link = Home,
    };

    /// <summary>Why an action was not begun.</summary>
    public static readonly Words IsRunning = new(
        "Це вже триває; двічі одночасно не запускається.", "This is running already; it does not run twice at a time.");

    private static (string, Func<Language, string>) Again =>
        (ConsoleSignIn.Path, language => language.Text("До входу", "To the sign-in page"));

    private static (string, Func<Language, string>) Home =>
        (ConsoleScreen.Root, language => language.Text("До консолі", "To the console"));
}
