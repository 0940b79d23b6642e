using Esoz.Platform.Configuration;
using Esoz.Platform.Signatures.Certificates;

namespace Esoz;

/// <summary>
/// Trust anchors whose private keys anybody may have: those of test authorities, by their mark or name, and any whose key lies in the
/// signature lab of this data directory.
/// </summary>
public static class TestAnchors
{
    /// <summary>Recognises the anchors that are not trusted with these settings; null = every anchor is.</summary>
    public static Func<Certificate, bool>? Refused(Settings settings) =>
        settings.Mode == Mode.Production && !settings.AllowInsecure.Contains(Insecure.TestAnchors) ? Recognise(settings) : null;

    /// <summary>Labels of the test anchors in the trust directory.</summary>
    internal static IReadOnlyList<string> Of(Settings settings) =>
        [.. TrustStore.Load(settings.Signatures.TrustPath).Anchors.Where(Recognise(settings)).Select(anchor => anchor.Label)];

    private static Func<Certificate, bool> Recognise(Settings settings)
    {
        var lab = LabKeys(settings.SignatureLab).ToHashSet();
        return anchor => TestMark.IsOn(anchor) || lab.Contains(anchor.KeyFingerprint);
    }

    private static IEnumerable<string> LabKeys(string directory) => !Directory.Exists(directory) ? []
        : Directory.GetFiles(directory, "*.pem").SelectMany(file => TrustFile.Read(File.ReadAllBytes(file)).Certificates)
            .Select(certificate => certificate.KeyFingerprint);
}
