using System.Security.Cryptography;
using Esoz.Platform.Storage;

namespace Esoz.Platform.Audit;

/// <summary>The key of the installation that signs seals: ECDSA on P-256 with SHA-256.</summary>
public sealed class AuditKey : IDisposable
{
    private const string FileName = "audit-signing-key.pem";

    private readonly ECDsa _key;

    private AuditKey(ECDsa key) => (_key, Id) = (key, AuditKeys.IdOf(key));

    /// <summary>First 16 hexadecimal digits of the SHA-256 of the public key.</summary>
    public string Id { get; }

    public string PublicPem => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>Signature of a text (UTF-8) in DER, as <c>openssl dgst -sha256 -verify</c> takes it.</summary>
    public byte[] Sign(ReadOnlySpan<byte> text) =>
        _key.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>The same for a text of which only the SHA-256 is at hand.</summary>
    public byte[] SignDigest(byte[] sha256) => _key.SignHash(sha256, DSASignatureFormat.Rfc3279DerSequence);

    /// <exception cref="FormatException">It is not the private key of an elliptic curve in PEM.</exception>
    public static AuditKey Parse(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            // A public key would only fail at the first seal.
            key.SignData([], HashAlgorithmName.SHA256);
            return new(key);
        }
        catch (Exception wrong) when (wrong is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new FormatException("must be the private key of an elliptic curve in PEM (openssl ecparam -name prime256v1 -genkey -noout)");
        }
    }

    /// <summary>
    /// The key in the data directory, readable by its owner only; made once. Processes that start at the same time lock the file, so that
    /// all of them use the same key.
    /// </summary>
    /// <exception cref="IOException">The data directory cannot be written, or another process holds the file.</exception>
    public static AuditKey ReadOrCreate(string dataDirectory)
    {
        Directory.CreateDirectory(dataDirectory);
        using var file = LockFile.OpenOwn(Path.Combine(dataDirectory, FileName));
        using var reader = new StreamReader(file);
        if (reader.ReadToEnd().Trim() is { Length: > 0 } known)
            return Parse(known);
        var key = new AuditKey(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        using var writer = new StreamWriter(file);
        writer.WriteLine(key._key.ExportPkcs8PrivateKeyPem());
        writer.Flush();
        file.Flush(flushToDisk: true);
        return key;
    }

    /// <summary>The same for a caller that only reads; null when none was made.</summary>
    public static AuditKey? Read(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, FileName);
        return File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } pem ? Parse(pem) : null;
    }

    public void Dispose() => _key.Dispose();
}

/// <summary>The public keys that signatures are checked with.</summary>
public sealed class AuditKeys : IDisposable
{
    private readonly Dictionary<string, ECDsa> _keys = [];

    public bool IsEmpty => _keys.Count == 0;

    /// <exception cref="FormatException">It is no public key in PEM.</exception>
    public void Add(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch (Exception wrong) when (wrong is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new FormatException("is no public key in PEM");
        }
        if (!_keys.TryAdd(IdOf(key), key))
            key.Dispose();
    }

    /// <returns>What is wrong with the signature; null when it is good.</returns>
    internal string? Fault(Signed signed) =>
        !_keys.TryGetValue(signed.KeyId, out var key) ? $"is signed with the unknown key {signed.KeyId}"
        : !key.VerifyData(signed.Bytes, signed.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            ? "does not have the signature of its contents"
        : null;

    internal static string IdOf(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];

    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
    }
}
