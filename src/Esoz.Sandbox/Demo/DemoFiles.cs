using System.Text.Json;
using Esoz.Platform.Http;

namespace Esoz.Sandbox.Demo;

/// <summary>Files of the last start of a sandbox in its data directory. They contain credentials, so only the owner reads them.</summary>
public sealed class DemoFiles(string dataDirectory)
{
    private readonly string _curls = Path.Combine(dataDirectory, "demo", "curls.json");

    /// <summary>Credentials to source into a shell.</summary>
    public string Variables { get; } = Path.Combine(dataDirectory, "demo.env");

    /// <summary>The examples of the last start; null when no sandbox was started in this data directory.</summary>
    public async Task<IReadOnlyList<DemoCurl>?> ReadCurls(CancellationToken ct) => File.Exists(_curls)
        ? JsonSerializer.Deserialize<List<DemoCurl>>(await File.ReadAllBytesAsync(_curls, ct), IlDialect.Json)
        : null;

    internal async Task Write(string variables, IEnumerable<DemoCurl> curls, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_curls)!);
        await WriteSecret(Variables, variables, ct);
        await WriteSecret(_curls, JsonSerializer.Serialize(curls, IlDialect.Json), ct);
    }

    /// <summary>A file left by an earlier start is replaced, so that its mode does not matter.</summary>
    private static async Task WriteSecret(string path, string text, CancellationToken ct)
    {
        File.Delete(path);
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await using var writer = new StreamWriter(file);
        await writer.WriteAsync(text.AsMemory(), ct);
    }
}
