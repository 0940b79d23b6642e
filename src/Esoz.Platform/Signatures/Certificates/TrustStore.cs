using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Esoz.Platform.Signatures.Certificates;

/// <summary>
/// Trust anchors and the data to validate other certificates, as files of one directory: <c>anchors/</c> trusted certificates in which
/// every chain must end, <c>certificates/</c> others that signers omit (authorities, time-stamping authorities), <c>crls/</c> revocation
/// lists. Each file is one object, DER or PEM.
/// </summary>
public sealed class TrustStore
{
    public const string AnchorsFolder = "anchors";
    public const string CertificatesFolder = "certificates";
    public const string ListsFolder = "crls";

    private readonly ILookup<DistinguishedName, Certificate> _bySubject;
    private readonly ILookup<DistinguishedName, RevocationList> _lists;

    public TrustStore(
        IReadOnlyList<Certificate> anchors, IReadOnlyList<Certificate> certificates, IReadOnlyList<RevocationList> lists,
        IReadOnlyList<string> faults)
    {
        (Anchors, Certificates, Faults) = (anchors, certificates, faults);
        _bySubject = anchors.Concat(certificates).ToLookup(certificate => certificate.Subject);
        _lists = lists.ToLookup(list => list.Issuer);
    }

    public IReadOnlyList<Certificate> Anchors { get; }

    public IReadOnlyList<Certificate> Certificates { get; }

    /// <summary>Files that could not be read, each with the reason. They are treated as missing.</summary>
    public IReadOnlyList<string> Faults { get; }

    public bool IsAnchor(Certificate certificate) => Anchors.Any(anchor => anchor.IsSameAs(certificate));

    public IEnumerable<Certificate> WithSubject(DistinguishedName subject) => _bySubject[subject];

    public IEnumerable<RevocationList> ListsOf(DistinguishedName issuer) => _lists[issuer];

    public static TrustStore Load(string directory)
    {
        var faults = new List<string>();
        return new TrustStore(
            Read(Path.Combine(directory, AnchorsFolder), Certificate.Read, faults),
            Read(Path.Combine(directory, CertificatesFolder), Certificate.Read, faults),
            Read(Path.Combine(directory, ListsFolder), RevocationList.Read, faults),
            faults);
    }

    private static List<T> Read<T>(string folder, Func<ReadOnlyMemory<byte>, T> read, List<string> faults)
    {
        var objects = new List<T>();
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToArray() : [])
        {
            try
            {
                objects.Add(read(Decoded(File.ReadAllBytes(file))));
            }
            catch (Exception fault) when (fault is AsnContentException or IOException or UnauthorizedAccessException or FormatException)
            {
                faults.Add($"{Path.GetFileName(folder)}/{Path.GetFileName(file)}: {fault.Message}");
            }
        }
        return objects;
    }

    private static byte[] Decoded(byte[] file)
    {
        if (!file.AsSpan().StartsWith("-----BEGIN "u8))
            return file;
        var text = System.Text.Encoding.UTF8.GetString(file);
        return PemEncoding.TryFind(text, out var fields)
            ? Convert.FromBase64String(text[fields.Base64Data])
            : throw new FormatException("malformed PEM");
    }
}
