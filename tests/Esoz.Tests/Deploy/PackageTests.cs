using Esoz.Tests.Guards;

namespace Esoz.Tests.Deploy;

/// <summary>
/// What <c>./esoz package</c> makes, installed and started in a fresh Debian, and as an image. They take minutes and load packages of
/// Debian: <c>./esoz test --soak package</c>.
/// </summary>
public sealed class PackageTests(PackageTests.Package package) : IClassFixture<PackageTests.Package>
{
    [Fact(DisplayName = "The Debian package has no fault that lintian calls an error", Explicit = true)]
    [Trait("Soak", "package")]
    public async Task Lintian()
    {
        var (_, output, _) = await new ForeignClient("lintian")
            .Run("--allow-root", "--suppress-tags", "embedded-library,bogus-mail-host-in-debian-changelog,bogus-mail-host", await package.Deb());

        Assert.DoesNotContain("E: ", output, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The Debian package is installed, started as its unit starts it, answers, and is removed without its data", Explicit = true)]
    [Trait("Soak", "package")]
    public async Task InDebian()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        // One that every user of this machine reaches: the service has a user of its own.
        var folder = Directory.CreateTempSubdirectory("esoz-package-database-").FullName;
        var shell = new ForeignClient("sh");
        await shell.Succeeds("-c", $"""
            chmod 755 {folder} && install -d -o postgres {folder}/run && PATH=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1):$PATH
            run() {"{"} setpriv --reuid=postgres --regid=postgres --init-groups "$@"; {"}"}
            install -d -o postgres -m 700 {folder}/data && run initdb -D {folder}/data -A trust -E UTF8 --locale=C.UTF-8
            run pg_ctl -D {folder}/data -w -l {folder}/data/log -o "-c listen_addresses= -c unix_socket_directories={folder}/run" start
            run createdb -h {folder}/run esoz
            """);
        string said;
        try
        {
            said = await new ForeignClient(SourceTree.PathOf("deploy", "package", "try")).Succeeds(
                await package.Deb(), $"{folder}/run", "Host=/run/postgresql;Username=postgres;Database=esoz");
        }
        finally
        {
            await shell.Succeeds("-c", $"""
                PATH=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1):$PATH
                setpriv --reuid=postgres --regid=postgres --init-groups pg_ctl -D {folder}/data -m fast stop
                """);
            Directory.Delete(folder, recursive: true);
        }

        Assert.Contains("ready", said, StringComparison.Ordinal);
        Assert.EndsWith("== done\n", said, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The image is built from the tarball, runs as a user of its own and refuses to start without a database", Explicit = true)]
    [Trait("Soak", "package")]
    public async Task AsImage()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");

        var said = await new ForeignClient(SourceTree.PathOf("deploy", "container", "try")).Succeeds(await package.Tarball());

        Assert.EndsWith("== done\n", said, StringComparison.Ordinal);
    }

    /// <summary>
    /// Made once, when it is asked for, or else that of the directory in <c>PACKAGES</c>; the checksums are those of the files.
    /// </summary>
    public sealed class Package : IAsyncLifetime
    {
        private static readonly string? Made = Environment.GetEnvironmentVariable("PACKAGES");

        private readonly string _folder = Made ?? Directory.CreateTempSubdirectory("esoz-package-").FullName;
        private readonly Lazy<Task> _build;

        public Package() => _build = new(Build);

        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        public Task<string> Tarball() => File("*.tar.gz");

        public Task<string> Deb() => File("*.deb");

        public ValueTask DisposeAsync()
        {
            if (Made is null)
                Directory.Delete(_folder, recursive: true);
            return ValueTask.CompletedTask;
        }

        private async Task<string> File(string pattern)
        {
            await _build.Value;
            return Directory.GetFiles(_folder, pattern).Single();
        }

        private async Task Build()
        {
            if (Made is null)
                await new ForeignClient(SourceTree.PathOf("deploy", "package", "build")).Succeeds(_folder);
            var sums = Directory.GetFiles(_folder, "*.sha256").Single();
            await new ForeignClient("sh").Succeeds("-c", $"cd '{_folder}' && sha256sum --check --strict '{sums}'");
        }
    }
}
