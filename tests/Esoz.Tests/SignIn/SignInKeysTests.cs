using System.Security.Cryptography;
using Esoz.SignIn;

namespace Esoz.Tests.SignIn;

/// <summary>What is derived from the key of the installation (sign-in §7, §13).</summary>
public sealed class SignInKeysTests
{
    private static readonly string Key = new('a', 32);
    private static readonly Guid User = Guid.NewGuid();

    [Fact(DisplayName = "A secret is read with its key, also when it is the former one, and with no other, nor for another user")]
    public void Secrets()
    {
        var secret = Totp.NewSecret();
        var stored = new SignInKeys(Key).Seal(User, secret);

        Assert.Equal(secret, new SignInKeys(Key).Open(User, stored));
        Assert.Equal(secret, new SignInKeys(new('b', 32), Key).Open(User, stored));
        Assert.NotEqual(stored, new SignInKeys(Key).Seal(User, secret));
        Assert.ThrowsAny<CryptographicException>(() => new SignInKeys(new('b', 32)).Open(User, stored));
        Assert.ThrowsAny<CryptographicException>(() => new SignInKeys(new('b', 32), new('c', 32)).Open(User, stored));
        Assert.ThrowsAny<CryptographicException>(() => new SignInKeys(Key).Open(Guid.NewGuid(), stored));
    }

    [Fact(DisplayName = "What a browser carries is read for its purpose only, by every node with the key, also the former one; all else is refused")]
    public void Carried()
    {
        var content = "state"u8.ToArray();
        var carried = new SignInKeys(Key).Protect("purpose", content);

        Assert.Equal(content, new SignInKeys(Key).Unprotect("purpose", carried));
        Assert.Equal(content, new SignInKeys(new('b', 32), Key).Unprotect("purpose", carried));
        Assert.ThrowsAny<CryptographicException>(() => new SignInKeys(Key).Unprotect("other purpose", carried));
        Assert.ThrowsAny<CryptographicException>(() => new SignInKeys(new('b', 32)).Unprotect("purpose", carried));
        Assert.ThrowsAny<CryptographicException>(() => new SignInKeys(Key).Unprotect("purpose", carried[..20]));
        carried[^1] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => new SignInKeys(Key).Unprotect("purpose", carried));
    }

    [Fact(DisplayName = "E-mails are the same in any case, codes differ by their row, and other keys give others")]
    public void Hashes()
    {
        var keys = new SignInKeys(Key);
        var otp = Guid.NewGuid();

        Assert.Matches("^[0-9a-f]{64}$", keys.OfEmail("a@b.ua"));
        Assert.Equal(keys.OfEmail("a@b.ua"), keys.OfEmail("A@B.ua"));
        Assert.NotEqual(keys.OfEmail("a@b.ua"), new SignInKeys(new('b', 32)).OfEmail("a@b.ua"));
        Assert.Equal(keys.OfCode(otp, "123456"), keys.OfCode(otp, "123456"));
        Assert.NotEqual(keys.OfCode(otp, "123456"), keys.OfCode(Guid.NewGuid(), "123456"));
    }
}
