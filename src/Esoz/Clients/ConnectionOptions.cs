using Esoz.Platform.Configuration;

namespace Esoz.Clients;

/// <summary>Settings of connections (sign-in §15).</summary>
public sealed record ConnectionOptions
{
    /// <summary>Users may be sent back to this machine over plain HTTP: for developers.</summary>
    public required bool AllowLoopback { get; init; }

    public static ConnectionOptions Read(SettingReader read) => new() { AllowLoopback = read.Flag("ALLOW_LOOPBACK_REDIRECT", false) };
}
