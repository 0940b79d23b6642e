using System.Globalization;
using Esoz.Sandbox.Generate;

namespace Esoz.Tests.Sandbox.Generate;

/// <summary>Numbers that cannot belong to anyone, and are unique.</summary>
public sealed class ReservedNumbersTests
{
    [Fact(DisplayName = "A tax number encodes a birth after the year 2118 and the right sex, and ends with its check digit")]
    public void TaxNumberIsReserved()
    {
        for (var person = 0; person < 3000; person++)
        {
            var number = ReservedNumbers.TaxNumber(99, person * 331, female: person % 2 == 0);

            Assert.Equal(10, number.Length);
            Assert.True(new DateOnly(1899, 12, 31).AddDays(int.Parse(number[..5], CultureInfo.InvariantCulture)).Year > 2118, number);
            Assert.Equal(person % 2 == 0 ? 0 : 1, (number[8] - '0') % 2);
            int[] weights = [-1, 5, 7, 9, 4, 6, 10, 5, 7];
            Assert.Equal(((weights.Select((weight, i) => weight * (number[i] - '0')).Sum() % 11) + 11) % 11 % 10, number[9] - '0');
        }
    }

    [Fact(DisplayName = "Persons of one seed and of seeds whose last digits differ never share a tax number")]
    public void TaxNumbersAreUnique()
    {
        var numbers = new HashSet<string>();
        foreach (var seed in (int[])[0, 1, 2, 50, 99])
        {
            for (var person = 0; person < 100_000; person++)
                Assert.True(numbers.Add(ReservedNumbers.TaxNumber(seed, person, female: person % 3 == 0)), $"seed {seed}, person {person}");
        }
    }

    [Theory(DisplayName = "The registration code of a legal entity is eight digits that begin with 9")]
    [InlineData(0, 0)]
    [InlineData(1, 9_999)]
    [InlineData(999, 100_000)]
    [InlineData(int.MaxValue, 1)]
    public void EdrpouIsReserved(int seed, long legalEntity) => Assert.Matches("^9[0-9]{7}$", ReservedNumbers.Edrpou(seed, legalEntity));
}
