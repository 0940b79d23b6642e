namespace Esoz.Sandbox.Generate;

/// <summary>Well-formed numbers that cannot belong to anyone.</summary>
/// <remarks>
/// <para>РНОКПП: its first five digits are the birth date as days since 31.12.1899. Ours range from 80000 to 99999, births in the years
/// 2119 to 2173; the ninth digit encodes the sex and the tenth is the check digit, as in real numbers.</para>
/// <para>ЄДРПОУ: eight digits beginning with 9; the register has assigned numbers up to 46 million.</para>
/// <para>Phone numbers: +380 00 …; there is no network 00.</para>
/// <para>Seeds whose last three digits differ never share an ЄДРПОУ, seeds whose last two differ never a РНОКПП, up to a million
/// employees each. A person is identified by РНОКПП and birth date: the other digits of the seed choose among 25 residues of the birth day
/// (<see cref="BirthDayResidue"/>), so 2,500 seeds can coexist.</para>
/// </remarks>
internal static class ReservedNumbers
{
    private const int TaxNumbers = 100_000_000;
    private const int Edrpous = 10_000_000;

    /// <summary>Birth days of a seed all have the same remainder when their number is divided by this.</summary>
    public const int BirthDayStep = 25;

    private static readonly int[] CheckWeights = [-1, 5, 7, 9, 4, 6, 10, 5, 7];

    public static int BirthDayResidue(int seed) => seed / 100 % BirthDayStep;

    /// <param name="person">Number of the person within the seed.</param>
    public static string TaxNumber(int seed, long person, bool female)
    {
        // Neighbouring seeds start far apart, so that larger registries fit too.
        var number = ((seed % 100 * 37 % 100 * 1_000_000L) + person) % TaxNumbers;
        // 20,000,000 eight-digit prefixes from 80000000 on, and five digits per sex.
        var sex = (int)(number % 5 * 2) + (female ? 0 : 1);
        var nine = ((80_000_000 + (number / 5)) * 10) + sex;
        Span<char> digits = stackalloc char[10];
        var sum = 0;
        for (var (i, rest) = (8, nine); i >= 0; i--, rest /= 10)
        {
            digits[i] = (char)('0' + (rest % 10));
            sum += (int)(rest % 10) * CheckWeights[i];
        }
        digits[9] = (char)('0' + (((sum % 11) + 11) % 11 % 10));
        return new string(digits);
    }

    /// <param name="legalEntity">Number of the legal entity within the seed.</param>
    public static string Edrpou(int seed, long legalEntity) =>
        $"{90_000_000 + (((seed % 1000 * 371 % 1000 * 10_000L) + legalEntity) % Edrpous)}";

    public static string Phone(ref Dice dice) => $"+38000{dice.Next(10_000_000):D7}";
}
