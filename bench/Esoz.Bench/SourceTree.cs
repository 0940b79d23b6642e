namespace Esoz.Bench;

/// <summary>The source tree that this program was built from.</summary>
public static class SourceTree
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string? directory) => directory is null
        ? throw new DirectoryNotFoundException("The benchmark does not lie in the source tree.")
        : File.Exists(Path.Combine(directory, "Esoz.slnx")) ? directory : Find(Path.GetDirectoryName(directory));
}
