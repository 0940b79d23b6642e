using Esoz.Tests.Guards;
using Esoz.Tests.Processes;

namespace Esoz.Tests.Cli;

/// <summary>What the launcher <c>./esoz</c> says while it builds, with an SDK and a program that only pretend.</summary>
public sealed class LauncherTests : IDisposable
{
    private const string Source = "src/Esoz.Cli/Program.cs";

    private readonly string _root = Directory.CreateTempSubdirectory("esoz-launcher-").FullName;

    public LauncherTests()
    {
        File.Copy(SourceTree.PathOf("esoz"), Path.Combine(_root, "esoz"));
        Write(Source, "");
        Write("src/Esoz.Cli/bin/Release/net10.0/esoz", "#!/bin/sh\necho the program\n");
        Sdk("exit 0");
    }

    [Fact(DisplayName =
        "The first start says on standard error that it builds, how long that takes and where its log is; the next one is silent")]
    public async Task FirstBuild()
    {
        var first = await Launch();
        var second = await Launch();

        Assert.Equal(0, first.Exit);
        Assert.StartsWith("the program\n", first.Output, StringComparison.Ordinal);
        var lines = first.Errors.Split('\n');
        Assert.Matches("^First build of Esoz.Cli, usually one to three minutes; details in .*obj/launcher/build.log$", lines[0]);
        Assert.Equal(["  fetching packages …", "  compiling …", ""], lines[1..]);
        Assert.Equal((0, first.Output, ""), second);
    }

    [Fact(DisplayName = "A later build is announced in one line")]
    public async Task LaterBuild()
    {
        await Launch();
        File.SetLastWriteTimeUtc(Path.Combine(_root, Source), DateTime.UtcNow.AddMinutes(1));

        Assert.Equal("Building Esoz.Cli …\n", (await Launch()).Errors);
    }

    [Fact(DisplayName = "The build leaves the analyzers out: an unused using stops nobody from running the program")]
    public async Task WithoutAnalyzers()
    {
        Sdk("echo \"$@\"");

        Assert.Equal(0, (await Launch()).Exit);

        var commands = File.ReadAllLines(Path.Combine(_root, "obj/launcher/build.log"));
        Assert.Contains("-p:RunAnalyzers=false", Assert.Single(commands, command => command.StartsWith("build ", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A build that fails shows its log, and the program is not started; the next start builds again")]
    public async Task FailedBuild()
    {
        Sdk("echo error CS0000; exit 1");
        var failed = await Launch();
        Sdk("exit 0");
        var mended = await Launch();

        Assert.Equal((1, ""), (failed.Exit, failed.Output));
        Assert.EndsWith("\nerror CS0000\nThe build failed.\n", failed.Errors, StringComparison.Ordinal);
        Assert.Equal(0, mended.Exit);
        Assert.StartsWith("First build of Esoz.Cli", mended.Errors, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "Tests that are chosen by class or method get only the programs that they use; without a choice all are wanted")]
    [InlineData(false, false, "-class", "Esoz.Tests.Plain.PlainTests")]
    [InlineData(true, false, "-class", "Esoz.Tests.Platform.Storage.S3StoreTests")]
    [InlineData(true, false, "-method", "Esoz.Tests.Platform.Storage.S3StoreTests.Writes")]
    [InlineData(true, true, "-class", "Esoz.Tests.Plain.PlainTests", "-class", "Esoz.Tests.Platform.*")]
    [InlineData(false, true, "-class", "*Signatures*")]
    [InlineData(true, true, "-class", "Esoz.Tests.Plain.ClassOfAnotherFile")]
    [InlineData(true, true)]
    public async Task Wanted(bool store, bool signatures, params string[] filter)
    {
        Write("tests/Esoz.Tests/Plain/PlainTests.cs", "");
        Write("tests/Esoz.Tests/Platform/Storage/S3StoreTests.cs", "class S3StoreTests(RadosGateway ceph)");
        Write("tests/Esoz.Tests/Platform/Signatures/OtherTests.cs", "new BouncyCastle()");
        Write("tests/Esoz.Tests/bin/Release/net10.0/Esoz.Tests", "#!/bin/sh\necho '  Total: 1, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0'\n");

        var (exit, output, errors) = await EsozProcess.Run(
            new Dictionary<string, string>
            {
                ["PATH"] = WithoutPrograms("radosgw", "s3cmd", "rclone", "javac", "sudo"),
                ["ESOZ_POSTGRES_BIN"] = "given",
                ["OBJECT_STORAGE_BACKEND"] = "",
            },
            [Path.Combine(_root, "esoz"), "test", .. filter], program: "sh");

        Assert.Equal((0, true), (exit, output.EndsWith("1 passed, 0 failed\n", StringComparison.Ordinal)));
        Assert.Equal((store, store, signatures), (errors.Contains("Ceph RGW is needed", StringComparison.Ordinal),
            errors.Contains("rclone is needed", StringComparison.Ordinal), errors.Contains("Bouncy Castle for Java is needed", StringComparison.Ordinal)));
    }

    [Theory(DisplayName = "Nothing is installed when ESOZ_INSTALL says no, or when a person on the terminal does; without a terminal it is announced")]
    [InlineData("no", null, false)]
    [InlineData("", "n", false)]
    [InlineData("", "y", true)]
    [InlineData("yes", "n", true)]
    [InlineData("", null, true)]
    public async Task Installs(string setting, string? typed, bool isInstalled)
    {
        var path = WithoutPrograms("initdb", "sudo", "id", "apt-get");
        Write("path/id", "#!/bin/sh\necho 0\n");
        Write("path/apt-get", $"#!/bin/sh\ntouch '{_root}/installed'\n");
        // A distribution whose directories have no PostgreSQL, and where root's files are not touched.
        File.WriteAllText(Path.Combine(_root, "esoz"), File.ReadAllText(Path.Combine(_root, "esoz"))
            .Replace("/usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb /usr/libexec/postgresql*/initdb", "/nowhere", StringComparison.Ordinal)
            .Replace("/etc/postgresql-common/createcluster.d", $"{_root}/createcluster.d", StringComparison.Ordinal));
        const string onTerminal = "import os, pty, sys\nsent = False\ndef read(fd):\n  global sent\n  data = os.read(fd, 1024)\n"
            + "  if b'[Y/n]' in data and not sent: os.write(fd, (sys.argv[1] + '\\n').encode()); sent = True\n  return data\n"
            + "sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[2:], read)))";
        string[] command = ["sh", Path.Combine(_root, "esoz"), "serve"];

        var (exit, output, errors) = await EsozProcess.Run(
            new Dictionary<string, string>
            {
                ["PATH"] = path,
                ["ESOZ_INSTALL"] = setting,
                ["ESOZ_POSTGRES_BIN"] = "",
                ["ESOZ_DATABASE"] = "",
            },
            typed is null ? command[1..] : ["-c", onTerminal, typed, .. command], program: typed is null ? "sh" : "python3");

        Assert.Equal((isInstalled, isInstalled ? 0 : 1), (File.Exists(Path.Combine(_root, "installed")), exit));
        Assert.Contains(isInstalled ? "Installing PostgreSQL (apt-get install -y --no-install-recommends postgresql) …"
            : "Install it with: apt-get install -y --no-install-recommends postgresql", output + errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>A PATH with the programs of this machine except some, for a user who may not install any.</summary>
    private string WithoutPrograms(params string[] missing)
    {
        Write("path/id", "#!/bin/sh\necho 1000\n");
        Write("path/apt-get", "#!/bin/sh\nexit 1\n");
        Write("path/dotnet", "#!/bin/sh\nexit 0\n");
        var programs = Environment.GetEnvironmentVariable("PATH")!.Split(':').Where(Directory.Exists).SelectMany(Directory.GetFiles)
            .DistinctBy(Path.GetFileName);
        foreach (var program in programs.Where(program => !missing.Contains(Path.GetFileName(program))))
        {
            var link = Path.Combine(_root, "path", Path.GetFileName(program));
            if (!File.Exists(link))
                File.CreateSymbolicLink(link, program);
        }
        return Path.Combine(_root, "path");
    }

    private void Sdk(string commands) => Write("sdk/dotnet", $"#!/bin/sh\n{commands}\n");

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private Task<(int Exit, string Output, string Errors)> Launch() => EsozProcess.Run(
        new Dictionary<string, string> { ["PATH"] = $"{Path.Combine(_root, "sdk")}:{Environment.GetEnvironmentVariable("PATH")}" },
        [Path.Combine(_root, "esoz"), "--help"], program: "sh");
}
