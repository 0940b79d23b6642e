using System.Numerics;
using Esoz.Platform.Signatures.Dstu;

namespace Esoz.Tests.Platform.Signatures.Dstu;

public sealed class SignedDigitsTests
{
    [Theory(DisplayName = "The digits of a number make the number, are odd and small, and stand apart")]
    [InlineData(4)]
    [InlineData(7)]
    public void Digits(int width)
    {
        var random = new Random(3);
        var bytes = new byte[54];
        for (var i = 0; i < 500; i++)
        {
            random.NextBytes(bytes);
            var number = FieldElement.FromLittleEndian(bytes).Truncated(random.Next(1, 432));

            var digits = SignedDigits.Of(number, width);

            var sum = BigInteger.Zero;
            var last = -width;
            for (var at = 0; at < digits.Length; at++)
            {
                sum += (BigInteger)digits[at] << at;
                if (digits[at] == 0)
                    continue;
                Assert.True(digits[at] % 2 != 0 && Math.Abs((int)digits[at]) < 1 << (width - 1));
                Assert.True(at - last >= width);
                last = at;
            }
            Assert.Equal(number.ToNumber(), sum);
        }
    }
}
