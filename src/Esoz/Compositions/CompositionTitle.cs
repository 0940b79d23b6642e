using System.Security.Cryptography;

namespace Esoz.Compositions;

/// <summary>
/// Human-readable number of a composition: <c>XXXX-XXXX-XXXX-XXXX</c> from 18 symbols that are unambiguous in both scripts (compositions
/// §2). Random: 18^16 values make a collision improbable, and the unique column rules it out.
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
