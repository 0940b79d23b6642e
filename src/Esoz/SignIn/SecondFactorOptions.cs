using Esoz.Platform.Configuration;

namespace Esoz.SignIn;

/// <summary>How codes reach a phone.</summary>
public enum OtpDeliveryKind
{
    /// <summary>A line in the log, in sandbox mode only; in production none is sent.</summary>
    Log,
    /// <summary>An SMS gateway.</summary>
    Http,
}

/// <summary>Settings of the second factor (sign-in §7, §15).</summary>
public sealed record SecondFactorOptions
{
    private const string Place = "<otp.code>";

    /// <summary>Users whom an operator makes get a factor of the type SMS, whose number they name at the first sign-in.</summary>
    public required bool IsOfNewUsers { get; init; }
    public required int CodeLength { get; init; }
    public required TimeSpan CodeLifetime { get; init; }
    /// <summary>Wrong codes of one token.</summary>
    public required int MaxAttempts { get; init; }
    /// <summary>Wrong codes of one user in a row, after which the user is blocked.</summary>
    public required int MaxErrors { get; init; }
    /// <summary>Codes of one user within <see cref="SendPeriod"/>.</summary>
    public required int MaxSent { get; init; }
    public required TimeSpan SendPeriod { get; init; }
    /// <summary>By how many steps of 30 seconds the clock of a device may differ.</summary>
    public required int TotpTolerance { get; init; }
    /// <summary>Text of the message, with <c>&lt;otp.code&gt;</c> in the place of the code.</summary>
    public required string Template { get; init; }
    public required OtpDeliveryKind Delivery { get; init; }
    /// <summary>Address of the SMS gateway; null = none.</summary>
    public required Uri? GatewayUrl { get; init; }
    /// <summary>Bearer token for the gateway; empty = none.</summary>
    public required string GatewayToken { get; init; }
    /// <summary>A code may be written to the log.</summary>
    public required bool MayLogCodes { get; init; }

    public static SecondFactorOptions Read(SettingReader read, Mode mode)
    {
        var options = new SecondFactorOptions
        {
            IsOfNewUsers = read.Flag("USER_2FA_ENABLED", false),
            CodeLength = read.Integer("OTP_LENGTH", 6, 4, 9),
            CodeLifetime = TimeSpan.FromSeconds(read.Integer("OTP_LIFETIME", 300, 30, 3600)),
            MaxAttempts = read.Integer("OTP_MAX_ATTEMPTS", 3, 1, 10),
            MaxErrors = read.Integer("USER_OTP_ERROR_MAX", 3, 1, 100),
            MaxSent = read.Integer("OTP_SEND_COUNTER_MAX", 3, 1, 100),
            SendPeriod = TimeSpan.FromMinutes(read.Integer("OTP_SEND_TIMEOUT", 1, 1, 1440)),
            TotpTolerance = read.Integer("OTP_TOTP_TOLERANCE", 1, 0, 1),
            Template = read.Parsed("OTP_SMS_TEMPLATE", $"Код підтвердження: {Place}", WithPlace),
            Delivery = read.Choice("OTP_DELIVERY", OtpDeliveryKind.Log),
            GatewayUrl = read.Parsed("OTP_GATEWAY_URL", "", Address),
            GatewayToken = read.Secret("OTP_GATEWAY_TOKEN"),
            MayLogCodes = mode == Mode.Sandbox,
        };
        if (options.Delivery == OtpDeliveryKind.Http && options.GatewayUrl is null)
            read.Fault("OTP_DELIVERY=http needs OTP_GATEWAY_URL, the address to which codes are posted.");
        if (mode == Mode.Production && options.IsOfNewUsers && options.Delivery == OtpDeliveryKind.Log)
            read.Fault("USER_2FA_ENABLED in production needs OTP_DELIVERY=http: codes are not written to the log there.");
        return options;
    }

    /// <summary>The message with a code.</summary>
    public string Text(string code) => Template.Replace(Place, code, StringComparison.Ordinal);

    private static string WithPlace(string text) => text.Contains(Place, StringComparison.Ordinal) ? text
        : throw new FormatException($"must have {Place} in the place of the code");

    private static Uri? Address(string text) => text.Length == 0 ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url
        : throw new FormatException("must be a URL such as https://sms.example.ua/send");
}
