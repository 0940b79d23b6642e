using System.Text;
using Esoz.SignIn;

namespace Esoz.Tests.SignIn;

/// <summary>Codes of RFC 6238.</summary>
public sealed class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    [Theory(DisplayName = "The vectors of RFC 6238 appendix B, their last six digits")]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Vectors(long at, string code) => Assert.Equal(code, Totp.Code(Secret, DateTimeOffset.FromUnixTimeSeconds(at)));

    [Theory(DisplayName = "A code is good one step before and after its own, or for its 30 seconds only, and never after it or a later one was used")]
    [InlineData(-30, null, false, 0)]
    [InlineData(0, null, true, 0)]
    [InlineData(30, null, false, 0)]
    [InlineData(-60, null, false)]
    [InlineData(-30, null, true)]
    [InlineData(0, null, true)]
    [InlineData(30, null, true)]
    [InlineData(60, null, false)]
    [InlineData(0, 0, false)]
    [InlineData(0, -1, true)]
    [InlineData(-30, 0, false)]
    public void Steps(int seconds, int? usedStep, bool isGood, int tolerance = 1)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1111111109);
        var step = now.ToUnixTimeSeconds() / 30;

        var found = Totp.StepOf(
            Secret, Totp.Code(Secret, now.AddSeconds(seconds)), now, usedStep is { } used ? step + used : null, tolerance);

        Assert.Equal(isGood ? step + seconds / 30 : null, found);
    }

    [Fact(DisplayName = "The URI has the secret in base 32")]
    public void ForDevices() => Assert.Equal(
        "otpauth://totp/Esoz%3Aa%40b.ua?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Esoz&algorithm=SHA1&digits=6&period=30",
        Totp.Uri(Secret, "Esoz", "a@b.ua"));
}
