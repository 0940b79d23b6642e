using Esoz.Pages;

namespace Esoz.SignIn.Browser;

/// <summary>Why a sign-in does not go on.</summary>
internal static class SignInMessages
{
    /// <summary>The request is wrong in a way that forbids a redirect.</summary>
    /// <param name="text">Literal text of sign-in §8.</param>
    public static Message WrongRequest(string text) => new(
        language => language.Text("Увійти неможливо", "You cannot sign in"),
        language => language.Text(
            "Система, з якої ви прийшли, надіслала запит із помилкою. Поверніться до неї та спробуйте ще раз. Якщо помилка повторюється, зверніться до її служби підтримки.",
            "The system from which you came sent a request with an error. Go back to it and try again. If it happens again, ask its support."))
    {
        Details = text,
    };

    /// <summary>The form was sent before, is not of this sign-in, or was sent too late.</summary>
    /// <param name="again">Where the same sign-in begins anew, if it is known.</param>
    public static Message OutOfDate(string? again) => new(
        language => language.Text("Ця сторінка застаріла", "This page is out of date"),
        language => again is null
            ? language.Text("Поверніться до своєї системи й увійдіть ще раз.", "Go back to your system and sign in again.")
            : language.Text("Форму вже надіслано, або вхід відкрито в іншій вкладці. Почніть вхід ще раз.",
                "The form was sent before, or sign-in is open in another tab. Start again."))
    {
        Link = again is null ? null : (again, language => language.Text("Увійти ще раз", "Sign in again")),
    };
}
