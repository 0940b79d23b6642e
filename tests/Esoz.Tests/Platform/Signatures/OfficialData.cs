using Esoz.Platform.Signatures.Certificates;

namespace Esoz.Tests.Platform.Signatures;

/// <summary>
/// Certificates, lists and containers of real authorities and of other implementations, which are not in the repository: see
/// <see cref="OutsideData"/>.
/// </summary>
internal static class OfficialData
{
    private const string Pki = "pkiExample_DSTU4145_M257_PB/";

    public static byte[] Read(string name) => File.ReadAllBytes(OutsideData.Required($"signatures/{name}"));

    public static byte[] ReadPki(string name) => Read(Pki + name);

    public static Certificate ReadCertificate(string name) => Certificate.Read(Read(name));

    public static Certificate ReadPkiCertificate(string name) => Certificate.Read(ReadPki(name));
}
