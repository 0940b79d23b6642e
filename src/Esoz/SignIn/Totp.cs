using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Esoz.SignIn;

/// <summary>Codes that a device makes of a shared secret and the time: RFC 6238 with HMAC-SHA-1, 6 digits, 30 seconds.</summary>
public static class Totp
{
    /// <summary>As long as the hash (RFC 4226 §4).</summary>
    private const int SecretBytes = 20;

    private const int Digits = 6;
    private const int StepSeconds = 30;

    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>The step whose code this is; null when it is of none near the present, or of one that is not after the last.</summary>
    /// <param name="tolerance">By how many steps the clocks of a device and of the server may differ.</param>
    public static long? StepOf(byte[] secret, string code, DateTimeOffset now, long? last, int tolerance)
    {
        var present = now.ToUnixTimeSeconds() / StepSeconds;
        long? found = null;
        for (var step = present - tolerance; step <= present + tolerance; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Code(secret, step)), Encoding.ASCII.GetBytes(code)))
                found = step;
        }
        return found > (last ?? long.MinValue) ? found : null;
    }

    /// <summary>The code of a moment.</summary>
    public static string Code(byte[] secret, DateTimeOffset now) => Code(secret, now.ToUnixTimeSeconds() / StepSeconds);

    /// <summary>What a device reads as a QR code.</summary>
    /// <param name="account">Shown by the device.</param>
    public static string Uri(byte[] secret, string issuer, string account) =>
        $"otpauth://totp/{System.Uri.EscapeDataString($"{issuer}:{account}")}?secret={InBase32(secret)}&issuer={System.Uri.EscapeDataString(issuer)}"
            + $"&algorithm=SHA1&digits={Digits}&period={StepSeconds}";

    /// <summary>RFC 4226 §5.3.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Devices know no other, and collisions of SHA-1 do not help against HMAC")]
    private static string Code(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, counter, hash);
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0xF)..]) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string InBase32(byte[] bytes)
    {
        var text = new StringBuilder();
        var (bits, held) = (0, 0);
        foreach (var one in bytes)
        {
            (bits, held) = (bits << 8 | one, held + 8);
            while (held >= 5)
                text.Append(Base32[bits >> (held -= 5) & 31]);
        }
        return held == 0 ? text.ToString() : text.Append(Base32[bits << 5 - held & 31]).ToString();
    }
}
