using System.Text;
using Esoz.Platform.Configuration;
using Esoz.Platform.Scheduling;

namespace Esoz.SignIn;

/// <summary>Settings of passwords and of POST /auth/login (sign-in §6, §13, §15).</summary>
public sealed record SignInOptions
{
    private const int MinKeyLength = 32;

    /// <summary>Of tokens that open only one further step of a sign-in (sign-in §4).</summary>
    public static TimeSpan StepLifetime { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Key of the installation; empty = that of the links.</summary>
    public required string Key { get; init; }
    /// <summary>Former key; empty = none.</summary>
    public required string PreviousKey { get; init; }
    /// <summary>Whether POST /auth/login is served; otherwise only the page sees passwords.</summary>
    public required bool IsLoginServed { get; init; }
    /// <summary>Failures of one e-mail within <see cref="FailurePeriod"/>.</summary>
    public required int MaxFailures { get; init; }
    public required TimeSpan FailurePeriod { get; init; }
    /// <summary>New passwords need a small letter, a capital and a digit.</summary>
    public required bool PasswordsAreMixed { get; init; }
    /// <summary>New passwords are hard to guess (<see cref="EasyPasswords"/>).</summary>
    public required bool EasyPasswordsAreRefused { get; init; }
    /// <summary>When tokens of users with old passwords are ended; null = never.</summary>
    public required CronSchedule? TokenExpirationSchedule { get; init; }

    public static SignInOptions Read(SettingReader read, Mode mode) => new()
    {
        Key = read.Secret("AUTH_SIGNING_KEY", LongEnough),
        PreviousKey = read.Secret("AUTH_SIGNING_KEY_PREVIOUS", LongEnough),
        IsLoginServed = read.Flag("AUTH_LOGIN_API_ENABLED", true),
        MaxFailures = read.Integer("MAX_FAILED_LOGINS", 10, 1, 1000),
        FailurePeriod = TimeSpan.FromMinutes(read.Integer("MAX_FAILED_LOGINS_PERIOD", 10, 1, 1440)),
        PasswordsAreMixed = read.Flag("PASSWORD_COMPOSITION", true),
        EasyPasswordsAreRefused = read.Flag("PASSWORD_REFUSE_EASY", mode == Mode.Production),
        TokenExpirationSchedule = read.Parsed("TOKEN_EXPIRATION_SCHEDULE", "11 3 * * *", CronSchedule.ParseOrNever),
    };

    private static string LongEnough(string text) =>
        Encoding.UTF8.GetByteCount(text) >= MinKeyLength ? text
            : throw new FormatException($"must be at least {MinKeyLength} bytes long; make one with: openssl rand -hex 32");
}
