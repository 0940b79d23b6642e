using System.Reflection;

namespace Esoz.Platform;

/// <summary>The version that this program was built as: from the last Git tag, the same in every assembly.</summary>
public static class BuildVersion
{
    /// <summary>With the commit where the build knew it: <c>1.2.1-alpha.0.3+8d1f20c…</c>.</summary>
    public static string WithCommit { get; } =
        typeof(BuildVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static string Number { get; } = WithCommit.Split('+')[0];
}
