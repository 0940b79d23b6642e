using System.Text.Json;

namespace Esoz.Tests.Cli.Commands;

/// <summary><c>snapshot run</c>, <c>list</c> and <c>verify</c>, each in its own process.</summary>
public sealed class SnapshotCommandTests(TestCluster cluster) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-snapshots-").FullName;

    private string Bucket => Path.Combine(_directory, "objects", "bulk-actions");

    [Fact(DisplayName =
        "Two builds are listed, the newest first, and verified in the store and in a copy; damage in the copy is reported, with exit code 1")]
    public async Task Works()
    {
        var database = await cluster.CreateDatabase();
        for (var build = 0; build < 2; build++)
            Assert.Equal(0, (await Run(database, "snapshot", "run", "employees", "declarations_limit")).Exit);

        var list = await Run(database, "snapshot", "list");
        Assert.Equal((0, 5), (list.Exit, list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        var builds = JsonElement.Parse((await Run(database, "snapshot", "list", "--json", "employees")).Output).EnumerateArray().ToList();
        Assert.Equal(["READY", "RETIRED"], builds.Select(build => build.GetProperty("state").GetString()));
        Assert.All(builds, build => Assert.Equal(
            ["resource", "generation", "snapshot_at", "state", "rows", "bytes", "max_depth", "started_at", "seconds", "error"],
            build.EnumerateObject().Select(member => member.Name)));
        Assert.Contains($"{builds[0].GetProperty("generation").GetString()}  {builds[0].GetProperty("snapshot_at").GetString()}",
            list.Output, StringComparison.Ordinal);

        // Verification needs no database.
        var (exit, output, errors) = await Run("Host=127.0.0.1;Port=1", "snapshot", "verify");
        Assert.Equal((0, ""), (exit, errors));
        Assert.Contains(" verified\n", output, StringComparison.Ordinal);

        var copy = Path.Combine(_directory, "copy of the bucket");
        Copy(Bucket, copy);
        Directory.Delete(Bucket, recursive: true);
        var before = Snapshot(copy);
        (exit, output, errors) = await Run("Host=127.0.0.1;Port=1", "snapshot", "verify", "--from", copy, "--json");
        Assert.Equal((0, ""), (exit, errors));
        var verdict = JsonElement.Parse(output);
        Assert.Equal(4, verdict.GetProperty("generations").GetArrayLength());
        Assert.True(Assert.Single(verdict.GetProperty("pairs").EnumerateArray()).GetProperty("proved").GetBoolean());
        Assert.Equal(before, Snapshot(copy));

        var damaged = Path.Combine(copy, "employees", builds[1].GetProperty("generation").GetString()!, "depth-7.json.gz");
        File.Delete(damaged);
        (exit, _, errors) = await Run("Host=127.0.0.1;Port=1", "snapshot", "verify", "--from", copy + "/");
        Assert.Equal((1, $"employees/{builds[1].GetProperty("generation").GetString()}: depth-7.json.gz is missing\n"), (exit, errors));
        Assert.Equal(
            (1, "parties: no snapshot is stored\n"), await Errors("snapshot", "verify", "declarations_limit", "parties", "--from", copy));
    }

    [Fact(DisplayName = "A missing directory and an unknown resource are wrong usage; nothing to verify is a failure")]
    public async Task Refuses()
    {
        Assert.Equal(
            (2, "Directory with a copy of the bucket not found: not-there\n"), await Errors("snapshot", "verify", "--from", "not-there"));
        foreach (var command in new[] { "run", "list", "verify" })
        {
            var (exit, errors) = await Errors("snapshot", command, "patients");
            Assert.Equal(2, exit);
            Assert.StartsWith("There is no resource 'patients'; known: parties, employees,", errors, StringComparison.Ordinal);
        }
        Assert.Equal((1, "Nothing to verify: no snapshot of these resources is stored.\n"),
            await Errors("snapshot", "verify", "--from", _directory));
        Assert.Equal(
            (1, "Nothing to verify: no snapshot of these resources is stored.\n"), await Errors("snapshot", "verify"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static List<(string, long, DateTime)> Snapshot(string directory) =>
        [.. new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => (file.FullName, file.Length, file.LastWriteTimeUtc)).Order()];

    private async Task<(int Exit, string Errors)> Errors(params string[] arguments)
    {
        var (exit, _, errors) = await Run("Host=127.0.0.1;Port=1", arguments);
        return (exit, errors);
    }

    private Task<(int Exit, string Output, string Errors)> Run(string database, params string[] arguments) => EsozProgram.Run(
        new Dictionary<string, string> { ["ESOZ_DATABASE"] = database, ["ESOZ_DATA_DIR"] = _directory }, arguments);
}
