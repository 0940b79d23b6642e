namespace Esoz.Codes;

/// <summary>Types of an address (dictionary ADDRESS_TYPE).</summary>
public static class AddressType
{
    /// <summary>Where a legal entity or a division is.</summary>
    public const string Residence = "RESIDENCE";
    /// <summary>Where a division receives patients, when it is another place.</summary>
    public const string Reception = "RECEPTION";
    /// <summary>Where a legal entity is registered.</summary>
    public const string Registration = "REGISTRATION";
}
