using System.Security.Cryptography;

namespace Esoz.Compositions;

/// <summary>
/// Number that people know a composition by: <c>XXXX-XXXX-XXXX-XXXX</c> of 18 symbols that no one mistakes for another, in either
/// script (compositions §2). Random: 18^16 of them make a second one improbable, and the unique column makes it impossible.
/// </summary>
public static class CompositionTitle
{
    public const string Alphabet = "0123456789AEHKMPTX";

    public static string Next()
    {
        var symbols = RandomNumberGenerator.GetString(Alphabet, 16);
        return $"{symbols[..4]}-{symbols[4..8]}-{symbols[8..12]}-{symbols[12..]}";
    }
}
