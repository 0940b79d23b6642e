using Esoz.Pages;
using Esoz.Platform.Access;

namespace Esoz.SignIn.Browser;

/// <summary>What the page of a one-time link shows.</summary>
/// <param name="Token">Of the link.</param>
/// <param name="Email">Address of the user who gets the password.</param>
public sealed record NewPasswordForm(string Token, string Email)
{
    /// <summary>What is wrong with the password that was sent.</summary>
    public Words? Problem { get; init; }

    /// <summary>The same page in another language.</summary>
    public string AddressIn(Language language) =>
        $"{OneTimeLinkOptions.Path}?{OneTimeLinkOptions.Token}={Uri.EscapeDataString(Token)}&lang={language.Code}";
}
