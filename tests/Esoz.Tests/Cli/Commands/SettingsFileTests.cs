using Esoz.Tests.Processes;

namespace Esoz.Tests.Cli.Commands;

/// <summary>Which <c>appsettings.json</c> is read: nobody's are taken because a command happens to run in their directory.</summary>
public sealed class SettingsFileTests : IDisposable
{
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-settings-").FullName;

    public SettingsFileTests() => Write("appsettings.json", 7);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(DisplayName = "A sandbox reads that of the working directory")]
    public async Task Sandbox() => Assert.Equal((0, "7", ""), await Drain());

    [Fact(DisplayName = "A file that every user can write is refused, in one sentence")]
    public async Task Writable()
    {
        File.SetUnixFileMode(Path.Combine(_directory, "appsettings.json"), Everybody | UnixFileMode.OtherWrite);

        Assert.Equal((2, "", "appsettings.json in the working directory can be written by every user: "
            + "name it in ESOZ_SETTINGS if you trust it, or remove it.\n"), await Drain());
    }

    [Fact(DisplayName = "So is a file of another user")]
    public async Task Foreign()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, who alone can give a file away");
        await new ForeignClient("chown").Succeeds("12345", Path.Combine(_directory, "appsettings.json"));

        Assert.Equal((2, "", "appsettings.json in the working directory belongs to another user (12345): "
            + "name it in ESOZ_SETTINGS if you trust it, or remove it.\n"), await Drain());
    }

    [Fact(DisplayName = "ESOZ_SETTINGS names another one, which must be there; what is set otherwise is stronger")]
    public async Task Named()
    {
        Write("other.json", 8);

        Assert.Equal((0, "8", ""), await Drain(("ESOZ_SETTINGS", "other.json")));
        Assert.Equal((0, "9", ""), await Drain(("ESOZ_SETTINGS", "other.json"), ("ESOZ_DRAIN_SECONDS", "9")));
        Assert.Equal((2, "", "ESOZ_SETTINGS points to nowhere.json, which does not exist.\n"), await Drain(("ESOZ_SETTINGS", "nowhere.json")));
    }

    [Fact(DisplayName = "Production reads that of the data directory, and says that it does not read that of the working directory")]
    public async Task Production()
    {
        var data = Path.Combine(_directory, "data");
        (string, string)[] settings = [.. EsozProcess.Production("Host=none", data).Select(pair => (pair.Key, pair.Value))];
        var notice = $"appsettings.json in the working directory is not read in production: name it in ESOZ_SETTINGS, or move it to {data}/appsettings.json.\n";

        Assert.Equal((0, "30", notice), await Drain(settings));
        Write("data/appsettings.json", 8);
        Assert.Equal((0, "8", notice), await Drain(settings));
        Assert.Equal((0, "7", ""), await Drain([.. settings, ("ESOZ_SETTINGS", "appsettings.json")]));
    }

    private void Write(string path, int seconds)
    {
        var file = Path.Combine(_directory, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $$"""{"ESOZ_DRAIN_SECONDS": "{{seconds}}"}""");
        File.SetUnixFileMode(file, Everybody);
    }

    /// <summary>Shows one setting with a command that runs in the directory.</summary>
    private async Task<(int Exit, string Value, string Errors)> Drain(params (string Name, string Value)[] settings)
    {
        var (exit, output, errors) = await EsozProcess.Run(settings.ToDictionary(setting => setting.Name, setting => setting.Value),
            ["-c", "cd \"$1\" && exec \"$0\" config show", Path.Combine(AppContext.BaseDirectory, "esoz"), _directory], program: "sh");
        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith("ESOZ_DRAIN_SECONDS", StringComparison.Ordinal));
        return (exit, line?.TrimEnd().Split(' ')[^1] ?? "", errors);
    }
}
