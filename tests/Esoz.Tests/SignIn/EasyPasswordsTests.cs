using Esoz.Platform.Configuration;
using Esoz.SignIn;

namespace Esoz.Tests.SignIn;

/// <summary>What counts as easy to guess (sign-in §13; ASVS 5.0, 6.2.4, 6.2.11, 6.2.12).</summary>
public sealed class EasyPasswordsTests
{
    private const string Email = "olena.kovalenko-shevchenko@poliklinika.example.ua";

    [Theory(DisplayName = "Common passwords with decoration, other keyboards, words of this system and of the address are easy")]
    [InlineData("Password-2026")]
    [InlineData("2026!DRAGON!2026")]
    [InlineData("D-r-a-g-o-n-2026")]
    [InlineData("Dragon2026Dragon2026")]
    [InlineData("Пароль-123456")]
    [InlineData("Дратон-Gfhjkm-1", false)]
    [InlineData("Gfhjkm-123456")]
    [InlineData("Йцукен-123456")]
    [InlineData("ЕСОЗ_ehealth_2026")]
    [InlineData("Лікар-НСЗУ-МОЗ-7")]
    [InlineData("Kovalenko-2026")]
    [InlineData("OlenaKovalenko1")]
    [InlineData("Olena.Kovalenko-Shevchenko.1")]
    [InlineData("Poliklinika-ESOZ-1")]
    [InlineData("Aaa-1234567890")]
    [InlineData("123456789012")]
    [InlineData("Здоров'я-2026-Київ", false)]
    [InlineData("Correct-Horse-Battery-9", false)]
    [InlineData("Три-синіх-слони-12", false)]
    [InlineData("k3Vq9-tXz2m-Lw8pR", false)]
    public void Judged(string password, bool isEasy = true) => Assert.Equal(isEasy, EasyPasswords.Has(password, Email));

    [Fact(DisplayName = "Without an address, and for the longest password, the answer comes too")]
    public void Bounds()
    {
        Assert.False(EasyPasswords.Has("Kovalenko-2026", null));
        Assert.True(EasyPasswords.Has(new string('а', PasswordRules.MaxLength), Email));
        Assert.True(EasyPasswords.Has(string.Concat(Enumerable.Repeat("esoz", PasswordRules.MaxLength / 4)), Email));
    }

    [Fact(DisplayName = "PASSWORD_COMPOSITION and PASSWORD_REFUSE_EASY end their rules and no other; the second is off in a sandbox")]
    public void Settings()
    {
        Assert.Equal(PasswordRules.IsMixed, Broken("три синіх слони"));
        Assert.Null(Broken("три синіх слони", ("PASSWORD_COMPOSITION", "false")));
        Assert.Equal(PasswordRules.LengthIsKept, Broken("три слони", ("PASSWORD_COMPOSITION", "false")));
        Assert.Null(Broken("Password-2026"));
        Assert.Equal(PasswordRules.IsHardToGuess, Broken("Password-2026", ("PASSWORD_REFUSE_EASY", "true")));
        Assert.Equal(PasswordRules.IsHardToGuess, Broken("password password", ("PASSWORD_REFUSE_EASY", "true"), ("PASSWORD_COMPOSITION", "false")));
        Assert.True(SignInOptions.Read(new(new Dictionary<string, string>()), Mode.Production).EasyPasswordsAreRefused);

        static Esoz.Platform.Validation? Broken(string password, params (string Name, string Value)[] settings) => PasswordRules.Broken(
            password, Email, SignInOptions.Read(new(settings.ToDictionary(it => it.Name, it => it.Value)), Mode.Sandbox));
    }
}
