using System.Security.Cryptography;
using Esoz.Platform.Signatures.Dstu;

namespace Esoz.Platform.Signatures.Keys;

/// <summary>A hash function that is strong enough to be accepted.</summary>
public sealed class DigestAlgorithm
{
    private readonly Func<ReadOnlySpan<byte>, SubstitutionBox, byte[]> _hash;

    private DigestAlgorithm(
        string oid, string name, Func<ReadOnlySpan<byte>, SubstitutionBox, byte[]> hash, HashAlgorithmName frameworkName = default) =>
        (Oid, Name, _hash, FrameworkName) = (oid, name, hash, frameworkName);

    public static DigestAlgorithm Gost34311 { get; } = new("1.2.804.2.1.1.1.1.2.1", "GOST 34.311", Dstu.Gost34311.Hash);

    public static DigestAlgorithm Kupyna256 { get; } = new(
        "1.2.804.2.1.1.1.1.2.2.1", "DSTU 7564, 256 bits", (data, _) => Kupyna.Hash(data, 32));

    public static DigestAlgorithm Kupyna384 { get; } = new(
        "1.2.804.2.1.1.1.1.2.2.2", "DSTU 7564, 384 bits", (data, _) => Kupyna.Hash(data, 48));

    public static DigestAlgorithm Kupyna512 { get; } = new(
        "1.2.804.2.1.1.1.1.2.2.3", "DSTU 7564, 512 bits", (data, _) => Kupyna.Hash(data, 64));

    public static DigestAlgorithm Sha256 { get; } = new(
        "2.16.840.1.101.3.4.2.1", "SHA-256", (data, _) => SHA256.HashData(data), HashAlgorithmName.SHA256);

    public static DigestAlgorithm Sha384 { get; } = new(
        "2.16.840.1.101.3.4.2.2", "SHA-384", (data, _) => SHA384.HashData(data), HashAlgorithmName.SHA384);

    public static DigestAlgorithm Sha512 { get; } = new(
        "2.16.840.1.101.3.4.2.3", "SHA-512", (data, _) => SHA512.HashData(data), HashAlgorithmName.SHA512);

    private static DigestAlgorithm[] All { get; } = [Gost34311, Kupyna256, Kupyna384, Kupyna512, Sha256, Sha384, Sha512];

    public string Oid { get; }

    public string Name { get; }

    /// <summary>Name in .NET; empty for the national algorithms, which .NET does not support.</summary>
    public HashAlgorithmName FrameworkName { get; }

    /// <summary>Null for an unknown or too weak algorithm.</summary>
    public static DigestAlgorithm? ByOid(string oid) => Array.Find(All, algorithm => algorithm.Oid == oid);

    /// <param name="box">Used only by GOST 34.311.</param>
    public byte[] Hash(ReadOnlySpan<byte> data, SubstitutionBox box) => _hash(data, box);

    public byte[] Hash(ReadOnlySpan<byte> data) => _hash(data, SubstitutionBox.First);
}
