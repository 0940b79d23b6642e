using System.Globalization;

namespace Esoz.SignIn;

/// <summary>What a new password must be (sign-in §13).</summary>
public static class PasswordRules
{
    public const int MinLength = 12;
    public const int MaxLength = 128;

    /// <summary>How many former passwords, the present one included, are not taken again.</summary>
    public const int Remembered = 3;

    private const string Path = "$.password";

    public static readonly Validation LengthIsKept = new("5", "password has 12 to 128 characters",
        Refusal.Unprocessable([Invalid.Property(Path, new("length", $"should be {MinLength} to {MaxLength} character(s)", Array.Empty<string>()))]));

    public static readonly Validation IsMixed = new("5", "password has a small letter, a capital and a digit, Latin or Cyrillic",
        Refusal.Unprocessable([Invalid.Property(Path, new("format", "Password does not meet complexity requirements", Array.Empty<string>()))]));

    public static readonly Validation IsHardToGuess = new("5", "password is no common one, and not made of words of this system or the address (PASSWORD_REFUSE_EASY)",
        Refusal.Unprocessable(
            [Invalid.Property(Path, new("common", "Password is too easy to guess. Try another one", Array.Empty<string>()))]));

    public static readonly Validation IsNew = new("5", "password is none of the last three",
        Refusal.Unprocessable(
            [Invalid.Property(Path, new("password_used", "This password has been used recently. Try another one", Array.Empty<string>()))]));

    /// <summary>In their order.</summary>
    public static IReadOnlyList<Validation> All { get; } = [LengthIsKept, IsMixed, IsHardToGuess, IsNew];

    /// <summary>The first rule about the password itself that it breaks.</summary>
    /// <param name="email">Of the user.</param>
    /// <param name="options">Which rules are asked for.</param>
    public static Validation? Broken(string password, string? email, SignInOptions options)
    {
        var normal = PasswordText.Normal(password);
        var length = new StringInfo(normal).LengthInTextElements;
        return length < MinLength || normal.Length > MaxLength ? LengthIsKept
            : options.PasswordsAreMixed && !(normal.Any(IsSmall) && normal.Any(IsCapital) && normal.Any(char.IsAsciiDigit)) ? IsMixed
            : options.EasyPasswordsAreRefused && EasyPasswords.Has(normal, email) ? IsHardToGuess
            : null;
    }

    private static bool IsSmall(char letter) => char.IsLower(letter) && IsLatinOrCyrillic(letter);

    private static bool IsCapital(char letter) => char.IsUpper(letter) && IsLatinOrCyrillic(letter);

    private static bool IsLatinOrCyrillic(char letter) => char.IsAsciiLetter(letter) || letter is >= '\u0400' and <= '\u04FF';
}
