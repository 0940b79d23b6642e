using System.Formats.Asn1;
using System.Security.Cryptography;
using Esoz.Platform.Signatures.Certificates;

namespace Esoz.Sandbox.Signatures;

/// <summary>
/// A private key and its certificate. Its file is PEM: a block PRIVATE KEY (PKCS #8) and a block CERTIFICATE (X.509), readable only by
/// its owner.
/// </summary>
internal sealed record KeyPair(SigningKey Key, Certificate Certificate) : IDisposable
{
    private const string KeyLabel = "PRIVATE KEY";
    private const string CertificateLabel = "CERTIFICATE";

    /// <exception cref="InvalidDataException">The file is not such a pair.</exception>
    public static KeyPair Read(string path)
    {
        var text = File.ReadAllText(path);
        try
        {
            return new(SigningKey.Read(Block(text, KeyLabel)), Certificate.Read(Block(text, CertificateLabel)));
        }
        catch (Exception fault) when (fault is AsnContentException or CryptographicException or FormatException)
        {
            throw new InvalidDataException($"{path} contains no private key with its certificate: {fault.Message}", fault);
        }
    }

    /// <exception cref="IOException">The file already exists or cannot be written.</exception>
    public void Write(string path)
    {
        using var file = new StreamWriter(new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }));
        file.WriteLine(PemEncoding.WriteString(KeyLabel, Key.Pkcs8));
        file.WriteLine(PemEncoding.WriteString(CertificateLabel, Certificate.Encoded.Span));
    }

    public void Dispose() => Key.Dispose();

    private static byte[] Block(string text, string label)
    {
        for (var rest = text.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            if (rest[fields.Label].SequenceEqual(label))
                return Convert.FromBase64String(rest[fields.Base64Data].ToString());
        }
        throw new FormatException($"missing block {label}");
    }
}
