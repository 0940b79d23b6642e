using System.Text.Json.Serialization;

namespace Esoz.SignIn;

/// <summary><c>urgent</c> of a sign-in: what the form does next (sign-in §6, §7).</summary>
/// <param name="Name">REQUEST_APPS, REQUEST_OTP, REQUEST_FACTOR or APPROVE_FACTOR.</param>
/// <param name="FactorUri">What a device reads to make codes, of a new TOTP factor; shown once.</param>
public sealed record NextStep(
    [property: JsonPropertyName("next_step")] string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? FactorUri = null)
{
    public static NextStep RequestApps { get; } = new("REQUEST_APPS");

    public static NextStep RequestOtp { get; } = new("REQUEST_OTP");

    public static NextStep RequestFactor { get; } = new("REQUEST_FACTOR");

    public static NextStep ApproveFactor { get; } = new("APPROVE_FACTOR");
}
