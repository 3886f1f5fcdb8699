//! Files of NumPy's.

use ndarray_npy::ReadNpyError;

use super::Numbers;
use crate::Tensor;

fn written<T: ndarray_npy::WritableElement + Clone>(x: &Tensor<T>) -> Vec<u8> {
    let mut file = Vec::new();
    x.write_npy(&mut file).unwrap();
    file
}

/// A file of version 1.0 as NumPy's documentation (`numpy.lib.format`) has it.
fn file(descr: &str, fortran_order: &str, shape: &str, elements: &[u8]) -> Vec<u8> {
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': {fortran_order}, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    [b"\x93NUMPY\x01\x00", (header.len() as u16).to_le_bytes().as_slice(), header.as_bytes(), elements].concat()
}

#[test]
fn there_and_back() {
    let mut numbers = Numbers(5);
    for shape in [[2, 3].as_slice(), &[4, 1, 2], &[0, 3], &[]] {
        for _ in 0..6 {
            let x = numbers.scattered(shape);
            assert_eq!(Tensor::read_npy(written(&x).as_slice()).unwrap(), x);
        }
    }
    let (truth, counts) = (Tensor::from([true, false]), Tensor::from_shape_vec([2, 1], vec![7_i32, -8]));
    assert_eq!(Tensor::read_npy(written(&truth).as_slice()).unwrap(), truth);
    assert_eq!(Tensor::read_npy(written(&counts).as_slice()).unwrap(), counts);
}

#[test]
fn what_numpy_writes() {
    let elements: Vec<u8> = [1.0_f64, 2.0, 3.0, 4.0, 5.0, 6.0].iter().flat_map(|x| x.to_le_bytes()).collect();
    let x = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    let ours = written(&x);
    assert!(ours.starts_with(b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3)"));
    assert!(ours.len() == 128 + elements.len() && ours.ends_with(&elements));
    assert_eq!(Tensor::read_npy(file("<f8", "False", "(2, 3)", &elements).as_slice()).unwrap(), x);
    assert_eq!(Tensor::read_npy(file("<f8", "True", "(3, 2)", &elements).as_slice()).unwrap(), x.t());
    let of_other_machines: Vec<u8> = [1.5_f32, -2.0].iter().flat_map(|x| x.to_be_bytes()).collect();
    assert_eq!(
        Tensor::read_npy(file(">f4", "False", "(2,)", &of_other_machines).as_slice()).unwrap(),
        Tensor::from([1.5_f32, -2.0])
    );
}

#[test]
fn what_is_no_such_file() {
    let elements = 1.0_f64.to_le_bytes();
    let read = |file: Vec<u8>| Tensor::<f64>::read_npy(file.as_slice()).unwrap_err();
    assert!(matches!(read(file("<f4", "False", "(2,)", &elements)), ReadNpyError::WrongDescriptor(_)));
    assert!(matches!(read(file("<f8", "False", "(2,)", &elements)), ReadNpyError::MissingData));
    assert!(matches!(read(file("<f8", "False", "()", &[elements, elements].concat())), ReadNpyError::ExtraBytes(8)));
    assert!(matches!(read(b"PK".to_vec()), ReadNpyError::Io(_) | ReadNpyError::ParseHeader(_)));
}
