import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.cryptopro.CryptoProObjectIdentifiers;
import org.bouncycastle.asn1.ua.DSTU4145NamedCurves;
import org.bouncycastle.asn1.ua.DSTU4145Params;
import org.bouncycastle.asn1.ua.DSTU4145PointEncoder;
import org.bouncycastle.asn1.ua.UAObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.SignerInfoGeneratorBuilder;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.SignerInformationVerifier;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.DSTU7564Digest;
import org.bouncycastle.crypto.digests.GOST3411Digest;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.ContentVerifier;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.DigestCalculatorProvider;

/**
 * Another implementation of DSTU 4145, GOST 34.311 and DSTU 7564. For a directory it says of each N.key, N.data, N.signature and N.algorithm
 * whether the signature is good (N.verdict), of each N.cms and N.cer the same, and makes such files itself under names that begin with "their".
 */
public class BouncyCastleOracle {
    static final AlgorithmIdentifier LITTLE = new AlgorithmIdentifier(UAObjectIdentifiers.dstu4145le);
    static final AlgorithmIdentifier HASH = new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.804.2.1.1.1.1.2.1"));

    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        Path directory = Path.of(args[0]);
        for (File file : directory.toFile().listFiles()) {
            String name = file.getName().replaceAll("\\..*", "");
            if (file.getName().endsWith(".signature"))
                write(directory, name + ".verdict", verdict(read(directory, name + ".key"), read(directory, name + ".data"), read(directory, name + ".signature"),
                    new String(read(directory, name + ".algorithm"))));
            if (file.getName().endsWith(".cms"))
                write(directory, name + ".verdict", verdict(new CMSSignedData(read(directory, name + ".cms"))));
            if (file.getName().endsWith(".data"))
                hashes(directory, name);
        }
        for (int curve = 0; curve < 10; curve++)
            for (boolean isLittle : new boolean[] {true, false})
                sign(directory, "their-" + curve + (isLittle ? "-little" : "-big"), curve, isLittle);
        container(directory);
    }

    static String verdict(byte[] key, byte[] data, byte[] value, String oid) throws Exception {
        Signature signature = Signature.getInstance(oid, "BC");
        signature.initVerify(BouncyCastleProvider.getPublicKey(SubjectPublicKeyInfo.getInstance(key)));
        signature.update(data);
        return signature.verify(new DEROctetString(value).getEncoded()) ? "good" : "bad";
    }

    static String verdict(CMSSignedData container) throws Exception {
        SignerInformation signer = container.getSignerInfos().iterator().next();
        X509CertificateHolder certificate = (X509CertificateHolder) container.getCertificates().getMatches(signer.getSID()).iterator().next();
        PublicKey key = BouncyCastleProvider.getPublicKey(certificate.getSubjectPublicKeyInfo());
        ContentVerifierProvider verifiers = new ContentVerifierProvider() {
            public boolean hasAssociatedCertificate() { return true; }
            public X509CertificateHolder getAssociatedCertificate() { return certificate; }
            public ContentVerifier get(AlgorithmIdentifier algorithm) {
                ByteArrayOutputStream data = new ByteArrayOutputStream();
                return new ContentVerifier() {
                    public AlgorithmIdentifier getAlgorithmIdentifier() { return algorithm; }
                    public OutputStream getOutputStream() { return data; }
                    public boolean verify(byte[] expected) {
                        try {
                            Signature signature = Signature.getInstance(LITTLE.getAlgorithm().getId(), "BC");
                            signature.initVerify(key);
                            signature.update(data.toByteArray());
                            return signature.verify(new DEROctetString(expected).getEncoded());
                        } catch (Exception fault) {
                            throw new IllegalStateException(fault);
                        }
                    }
                };
            }
        };
        return signer.verify(new SignerInformationVerifier((digest, algorithm) -> "DSTU4145", name -> LITTLE, verifiers, new Digests())) ? "good" : "bad";
    }

    static void hashes(Path directory, String name) throws Exception {
        byte[] data = read(directory, name + ".data");
        write(directory, name + ".gost", hash(gost(), data));
        for (int bits : new int[] {256, 384, 512})
            write(directory, name + ".kupyna" + bits, hash(new DSTU7564Digest(bits), data));
    }

    static void sign(Path directory, String name, int curve, boolean isLittle) throws Exception {
        KeyPair pair = pair(curve);
        byte[] data = ("signed on curve " + curve).getBytes();
        write(directory, name + ".key", isLittle ? little(pair, curve).getEncoded() : pair.getPublic().getEncoded());
        write(directory, name + ".data", data);
        ASN1ObjectIdentifier oid = isLittle ? UAObjectIdentifiers.dstu4145le : UAObjectIdentifiers.dstu4145be;
        write(directory, name + ".theirs", ASN1OctetString.getInstance(signature(pair, oid, data)).getOctets());
    }

    static void container(Path directory) throws Exception {
        KeyPair pair = pair(6);
        X500Name name = new X500Name("CN=Bouncy Castle,C=UA");
        Date now = new Date();
        X509CertificateHolder certificate = new X509v3CertificateBuilder(name, BigInteger.valueOf(now.getTime()), new Date(now.getTime() - 86400000L),
            new Date(now.getTime() + 86400000L), name, little(pair, 6)).addExtension(Extension.basicConstraints, true, new BasicConstraints(true)).build(signer(pair, true));
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(new SignerInfoGeneratorBuilder(new Digests()).build(signer(pair, false), certificate));
        generator.addCertificate(certificate);
        CMSSignedData container = generator.generate(new CMSProcessableByteArray("{\"by\":\"Bouncy Castle\"}".getBytes()), true);
        write(directory, "their-certificate.theirs", certificate.getEncoded());
        // As it comes, with indefinite lengths and the content in pieces, and the same in the distinguished form.
        write(directory, "their-ber-container.theirs", container.getEncoded());
        write(directory, "their-der-container.theirs", container.getEncoded("DER"));
    }

    static KeyPair pair(int curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("DSTU4145", "BC");
        generator.initialize(new ECGenParameterSpec(DSTU4145NamedCurves.getOIDs()[curve].getId()));
        return generator.generateKeyPair();
    }

    static SubjectPublicKeyInfo little(KeyPair pair, int curve) throws Exception {
        byte[] point = DSTU4145PointEncoder.encodePoint(((org.bouncycastle.jce.interfaces.ECPublicKey) pair.getPublic()).getQ());
        for (int i = 0; i < point.length / 2; i++) {
            byte swapped = point[i];
            point[i] = point[point.length - 1 - i];
            point[point.length - 1 - i] = swapped;
        }
        return new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(UAObjectIdentifiers.dstu4145le, new DSTU4145Params(DSTU4145NamedCurves.getOIDs()[curve])), new DEROctetString(point));
    }

    static byte[] signature(KeyPair pair, ASN1ObjectIdentifier oid, byte[] data) throws Exception {
        Signature signature = Signature.getInstance(oid.getId(), "BC");
        signature.initSign(pair.getPrivate());
        signature.update(data);
        return signature.sign();
    }

    static ContentSigner signer(KeyPair pair, boolean isWrapped) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        return new ContentSigner() {
            boolean wasAsked = isWrapped;
            // The first to ask wants to know the digest, and of no Ukrainian algorithm does it know one.
            public AlgorithmIdentifier getAlgorithmIdentifier() {
                AlgorithmIdentifier algorithm = wasAsked ? LITTLE : new AlgorithmIdentifier(CryptoProObjectIdentifiers.gostR3411_94_with_gostR3410_2001);
                wasAsked = true;
                return algorithm;
            }
            public OutputStream getOutputStream() { data.reset(); return data; }
            public byte[] getSignature() {
                try {
                    byte[] value = signature(pair, UAObjectIdentifiers.dstu4145le, data.toByteArray());
                    return isWrapped ? value : ASN1OctetString.getInstance(value).getOctets();
                } catch (Exception fault) {
                    throw new IllegalStateException(fault);
                }
            }
        };
    }

    static class Digests implements DigestCalculatorProvider {
        public DigestCalculator get(AlgorithmIdentifier ignored) {
            ByteArrayOutputStream data = new ByteArrayOutputStream();
            return new DigestCalculator() {
                public AlgorithmIdentifier getAlgorithmIdentifier() { return HASH; }
                public OutputStream getOutputStream() { data.reset(); return data; }
                public byte[] getDigest() { return hash(gost(), data.toByteArray()); }
            };
        }
    }

    static Digest gost() {
        byte[] packed = DSTU4145Params.getDefaultDKE();
        byte[] box = new byte[2 * packed.length];
        for (int i = 0; i < packed.length; i++) {
            box[2 * i] = (byte) ((packed[i] >> 4) & 15);
            box[2 * i + 1] = (byte) (packed[i] & 15);
        }
        return new GOST3411Digest(box);
    }

    static byte[] hash(Digest digest, byte[] data) {
        byte[] hash = new byte[digest.getDigestSize()];
        digest.update(data, 0, data.length);
        digest.doFinal(hash, 0);
        return hash;
    }

    static byte[] read(Path directory, String name) throws Exception { return Files.readAllBytes(directory.resolve(name)); }

    static void write(Path directory, String name, String text) throws Exception { write(directory, name, text.getBytes()); }

    static void write(Path directory, String name, byte[] bytes) throws Exception { Files.write(directory.resolve(name), bytes); }
}
