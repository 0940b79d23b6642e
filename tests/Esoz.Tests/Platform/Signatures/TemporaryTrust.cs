namespace Esoz.Tests.Platform.Signatures;

/// <summary>A trust directory that is deleted with its test.</summary>
internal sealed class TemporaryTrust : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("esoz-trust-");

    public string Path => _directory.FullName;

    public string Add(string folder, string name, ReadOnlySpan<byte> content)
    {
        var file = System.IO.Path.Combine(Directory.CreateDirectory(System.IO.Path.Combine(Path, folder)).FullName, name);
        File.WriteAllBytes(file, content);
        return file;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
