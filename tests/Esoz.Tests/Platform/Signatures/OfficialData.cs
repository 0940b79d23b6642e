using Esoz.Platform.Signatures.Certificates;
using Esoz.Tests.Platform.Schema;

namespace Esoz.Tests.Platform.Signatures;

/// <summary>Certificates, lists and containers of real authorities and of other implementations, from the open data beside the repository.</summary>
internal static class OfficialData
{
    private const string Pki = "pkiExample_DSTU4145_M257_PB/";

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(OfficialSuite.Repository, "../shared/data/signatures", name));

    public static byte[] ReadPki(string name) => Read(Pki + name);

    public static Certificate ReadCertificate(string name) => Certificate.Read(Read(name));

    public static Certificate ReadPkiCertificate(string name) => Certificate.Read(ReadPki(name));
}
