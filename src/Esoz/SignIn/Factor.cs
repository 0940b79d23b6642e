namespace Esoz.SignIn;

/// <summary>A second factor of a user (sign-in §7).</summary>
/// <param name="Type">One of <see cref="FactorType"/>.</param>
/// <param name="Number">SMS: phone number; null until the user has named one.</param>
/// <param name="Secret">TOTP: the shared secret, encrypted.</param>
/// <param name="LastStep">TOTP: step of the last code that was accepted.</param>
public sealed record Factor(Guid Id, string Type, string? Number, string? Secret, long? LastStep)
{
    /// <summary>Codes can be asked for.</summary>
    public bool IsSet => (Number ?? Secret) is not null;
}
